/** What a rule can be made of; `min` and `max` say how often `inner` may stand. */
type Node =
  | { kind: "text"; text: string }
  | { kind: "class"; matches: (character: string) => boolean }
  | { kind: "rule"; name: string }
  | { kind: "sequence"; parts: Node[] }
  | { kind: "choice"; options: Node[] }
  | { kind: "repeat"; inner: Node; min: number; max: number };

/** Whether a text follows a grammar in GBNF, by trying everything. For tests on short texts. */
export function matchGrammar(grammar: string, text: string): boolean {
  const rules = parseGrammar(grammar);
  const characters = Array.from(text);
  const endsOf = (node: Node, at: number, depth: number): Set<number> => {
    if (depth > 2_000) throw new Error("The grammar goes round without end.");
    switch (node.kind) {
      case "text": {
        const wanted = Array.from(node.text);
        const fits = wanted.every((character, n) => characters[at + n] === character);
        return new Set(fits ? [at + wanted.length] : []);
      }
      case "class": {
        const character = characters[at];
        return new Set(character !== undefined && node.matches(character) ? [at + 1] : []);
      }
      case "rule": {
        const rule = rules.get(node.name);
        if (!rule) throw new Error(`There is no rule “${node.name}”.`);
        return endsOf(rule, at, depth + 1);
      }
      case "choice":
        return new Set(node.options.flatMap((option) => [...endsOf(option, at, depth + 1)]));
      case "sequence": {
        let ends = new Set([at]);
        for (const part of node.parts) {
          ends = new Set([...ends].flatMap((end) => [...endsOf(part, end, depth + 1)]));
        }
        return ends;
      }
      case "repeat": {
        const all = new Set<number>();
        let ends = new Set([at]);
        for (let count = 0; ends.size > 0 && count <= node.max; count++) {
          if (count >= node.min) for (const end of ends) all.add(end);
          const next = [...ends].flatMap((end) => [...endsOf(node.inner, end, depth + 1)]);
          ends = new Set(next.filter((end) => count < node.min || !all.has(end)));
        }
        return all;
      }
    }
  };
  return endsOf({ kind: "rule", name: "root" }, 0, 0).has(characters.length);
}

function parseGrammar(grammar: string): Map<string, Node> {
  const rules = new Map<string, Node>();
  for (const line of grammar.split("\n").filter((text) => text !== "")) {
    const [, name, body] = /^([a-z][a-z0-9-]*) ::= (.*)$/u.exec(line) ?? [];
    if (name === undefined || body === undefined) throw new Error(`This is no rule: ${line}`);
    if (rules.has(name)) throw new Error(`The rule “${name}” stands twice.`);
    rules.set(name, new BodyParser(body).parse());
  }
  return rules;
}

class BodyParser {
  readonly #body: string;
  #at = 0;

  constructor(body: string) {
    this.#body = body;
  }

  parse(): Node {
    const node = this.#choice();
    if (this.#at < this.#body.length) {
      throw new Error(`What is this in a rule: ${this.#body.slice(this.#at)}`);
    }
    return node;
  }

  #choice(): Node {
    const options: Node[] = [this.#sequence()];
    while (this.#take("|")) options.push(this.#sequence());
    return { kind: "choice", options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (;;) {
      this.#blanks();
      const next = this.#body[this.#at];
      if (next === undefined || next === "|" || next === ")") return { kind: "sequence", parts };
      parts.push(this.#repeated(this.#item()));
    }
  }

  #item(): Node {
    if (this.#take("(")) {
      const inner = this.#choice();
      if (!this.#take(")")) throw new Error("A group is not closed.");
      return inner;
    }
    const rest = this.#body.slice(this.#at);
    const quoted = /^"((?:[^"\\]|\\.)*)"/u.exec(rest);
    if (quoted) {
      this.#at += quoted[0].length;
      return { kind: "text", text: unescaped(quoted[1] ?? "") };
    }
    const list = /^\[(\^?)((?:[^\]\\]|\\.)*)\]/u.exec(rest);
    if (list) {
      this.#at += list[0].length;
      const characters = (list[2] ?? "")
        .replace("[", "\\[")
        .replaceAll(/\\U([0-9a-f]{8})/gu, (_all, code: string) => `\\u{${code}}`);
      const pattern = new RegExp(`^[${list[1]}${characters}]$`, "u");
      return { kind: "class", matches: (character) => pattern.test(character) };
    }
    const name = /^[a-z][a-z0-9-]*/u.exec(rest);
    if (!name) throw new Error(`What is this in a rule: ${rest}`);
    this.#at += name[0].length;
    return { kind: "rule", name: name[0] };
  }

  #repeated(inner: Node): Node {
    const rest = this.#body.slice(this.#at);
    const sign = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/u.exec(rest);
    if (!sign) return inner;
    this.#at += sign[0].length;
    const [whole, from, comma, to] = sign;
    const open = Number.POSITIVE_INFINITY;
    if (whole === "*") return { kind: "repeat", inner, min: 0, max: open };
    if (whole === "+") return { kind: "repeat", inner, min: 1, max: open };
    if (whole === "?") return { kind: "repeat", inner, min: 0, max: 1 };
    const max = comma === "" ? Number(from) : to === "" ? open : Number(to);
    return { kind: "repeat", inner, min: Number(from), max };
  }

  #take(sign: string): boolean {
    this.#blanks();
    if (this.#body[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #blanks(): void {
    while (this.#body[this.#at] === " ") this.#at++;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(.))/gu, (_all, hex?: string, sign?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: "\n", r: "\r", t: "\t" }[sign ?? ""] ?? sign ?? "";
  });
}
