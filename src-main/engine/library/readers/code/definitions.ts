/** Words that may stand before a definition. */
const modifiers =
  /^(?:(?:export|default|declare|public|private|protected|internal|static|final|abstract|sealed|virtual|override|open|async|inline|extern|unsafe|const|partial|readonly|pub(?:\([^)]{0,40}\))?|data|suspend|local)\s+)*/u;

/** Definitions that a word announces, in the languages that most code is written in. */
const announced =
  /^(?:class|interface|struct|enum|trait|impl|module|mod|namespace|package|object|protocol|extension|record|union|type|fn|fun|func|function\*?|def|sub|proc|procedure|macro|actor|contract|component|CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW|FUNCTION|PROCEDURE|INDEX|TRIGGER))\s+(.+)$/u;

/** `const name = (…) =>`, `name: function`, `name = function`. */
const assigned =
  /^(?:(?:const|let|var|val)\s+)?([\p{L}_$][\p{L}\p{N}_$]*)\s*(?::[^=]{0,200})?[=:]\s*(?:async\s+)?(?:function\b|\([^)]{0,400}\)\s*(?::[^=]{0,200})?=>|[\p{L}_$][\p{L}\p{N}_$]*\s*=>|lambda\b)/u;

/** `name(…) {` of members, and `type name(…) {` of C and its kin. */
const braced =
  /^(?:[\p{L}_$][\p{L}\p{N}_$:<>,*&[\].?]*\s+){0,4}[*&]{0,2}([\p{L}_$~#][\p{L}\p{N}_$:~]*)\s*(?:<[^>]{0,200}>)?\([^;{}]{0,400}(?:\)[^;{}=]{0,200}\{|,)\s*$/u;

/** A function of C whose brace stands on the next line. */
const unbraced =
  /^(?:[\p{L}_][\p{L}\p{N}_:<>]*[\s*&]+){1,5}([\p{L}_~][\p{L}\p{N}_:~]*)\s*\([^;{}()]{0,400}\)\s*(?:const|noexcept)?$/u;

/** What looks like a call with a block, and is none. */
const statements =
  /^(?:if|else|for|foreach|while|switch|match|catch|return|do|try|with|using|lock|synchronized|unless|until|when|case|throw|new|await|yield|super|this|sizeof|assert)\b/u;

/** A key of data that opens an object or a list: JSON, YAML; a heading of TOML or INI. */
const keyed =
  /^(?:"([^"]{1,120})"\s*:\s*[[{]\s*$|([\p{L}_][\p{L}\p{N}_. -]{0,80}):\s*$|\[{1,2}([\p{L}\p{N}_.:"'/ -]{1,120})\]{1,2}\s*$)/u;

const longestLine = 600;

/** How deep a line stands, in columns; a tab counts four. */
export function indentOf(line: string): number {
  let indent = 0;
  for (const sign of line) {
    if (sign === " ") indent++;
    else if (sign === "\t") indent += 4;
    else break;
  }
  return indent;
}

/** The name of what a line defines; null where it defines nothing. */
export function nameOf(line: string): string | null {
  if (line.length > longestLine) return null;
  const trimmed = line.trim();
  const bare = trimmed.replace(modifiers, "");
  const word = announced.exec(bare)?.[1];
  if (word !== undefined) return announcedName(bare, word);
  if (statements.test(bare)) return null;
  const value = assigned.exec(trimmed.replace(/^(?:export\s+)?(?:default\s+)?/u, ""))?.[1];
  if (value !== undefined) return value;
  const member = braced.exec(bare)?.[1];
  // A call that goes over several lines has no type before it and stands in no class.
  if (
    member !== undefined &&
    (bare.trimEnd().endsWith("{") || /\s/u.test(bare.split("(")[0] ?? ""))
  ) {
    return member;
  }
  const atEdge = line === trimmed ? unbraced.exec(bare)?.[1] : undefined;
  if (atEdge !== undefined) return atEdge;
  const key = keyed.exec(trimmed);
  return key?.[1] ?? key?.[2] ?? key?.[3] ?? null;
}

function announcedName(bare: string, rest: string): string | null {
  // `func (r *Receiver) Name(…)` in Go.
  const receiver = /^func\s+\(\s*\w*\s*\*?\s*([\w.]+)[^)]{0,80}\)\s*(\w+)/u.exec(bare);
  if (receiver) return `${receiver[1]}.${receiver[2]}`;
  // `impl Trait for Type` in Rust.
  if (bare.startsWith("impl")) return rest.replace(/\s*(?:where\b.*|\{.*)$/u, "").slice(0, 80);
  const name = /^["'`]?([\p{L}_$#~][\p{L}\p{N}_$.:?!#-]*)/u.exec(rest)?.[1];
  // "type of …", "object in …": words of a sentence.
  if (name === undefined || /^(?:of|in|is|the|a|an|that|for|to)$/u.test(name)) return null;
  return name.replace(/[:.]+$/u, "");
}
