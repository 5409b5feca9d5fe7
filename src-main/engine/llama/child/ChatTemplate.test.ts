import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ChatMessage } from "../InferenceBackend.ts";
import { ChatTemplate, type TemplateSource } from "./ChatTemplate.ts";

const stored = (name: string): string =>
  readFileSync(join(import.meta.dirname, "fixtures", "templates", `${name}.jinja`), "utf8");

const source = (template: string | null, more: Partial<TemplateSource> = {}): TemplateSource => ({
  template,
  bosToken: "<s>",
  eosToken: "</s>",
  hasControlToken: () => false,
  ...more,
});

const dialogue: ChatMessage[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hi" },
  { role: "assistant", content: "Hello!" },
  { role: "user", content: "Who are you?" },
];

/** What the makers document as the format of their models, written out by hand. */
const documented: { name: string; bosToken: string; eosToken: string; expected: string }[] = [
  {
    name: "llama-3.2",
    bosToken: "<|begin_of_text|>",
    eosToken: "<|eot_id|>",
    expected:
      "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n" +
      "Cutting Knowledge Date: December 2023\nToday Date: 05 Mar 2026\n\nBe brief.<|eot_id|>" +
      "<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>" +
      "<|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|>" +
      "<|start_header_id|>user<|end_header_id|>\n\nWho are you?<|eot_id|>" +
      "<|start_header_id|>assistant<|end_header_id|>\n\n",
  },
  {
    name: "qwen3",
    bosToken: "",
    eosToken: "<|im_end|>",
    expected:
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n" +
      "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nWho are you?<|im_end|>\n" +
      "<|im_start|>assistant\n",
  },
  {
    name: "gemma-3",
    bosToken: "<bos>",
    eosToken: "<eos>",
    expected:
      "<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>\n" +
      "<start_of_turn>user\nWho are you?<end_of_turn>\n<start_of_turn>model\n",
  },
  {
    // Refuses system messages, so they are put in front of the first user message.
    name: "gemma-2",
    bosToken: "<bos>",
    eosToken: "<eos>",
    expected:
      "<bos><start_of_turn>user\nBe brief.\n\nHi<end_of_turn>\n<start_of_turn>model\nHello!<end_of_turn>\n" +
      "<start_of_turn>user\nWho are you?<end_of_turn>\n<start_of_turn>model\n",
  },
  {
    name: "mistral-nemo",
    bosToken: "<s>",
    eosToken: "</s>",
    expected: "<s>[INST]Hi[/INST]Hello!</s>[INST]Be brief.\n\nWho are you?[/INST]",
  },
  {
    name: "phi-4",
    bosToken: "<|endoftext|>",
    eosToken: "<|im_end|>",
    expected:
      "<|im_start|>system<|im_sep|>Be brief.<|im_end|><|im_start|>user<|im_sep|>Hi<|im_end|>" +
      "<|im_start|>assistant<|im_sep|>Hello!<|im_end|><|im_start|>user<|im_sep|>Who are you?<|im_end|>" +
      "<|im_start|>assistant<|im_sep|>",
  },
  {
    name: "smollm2",
    bosToken: "<|im_start|>",
    eosToken: "<|im_end|>",
    expected:
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n" +
      "<|im_start|>assistant\nHello!<|im_end|>\n<|im_start|>user\nWho are you?<|im_end|>\n" +
      "<|im_start|>assistant\n",
  },
];

describe("ChatTemplate", () => {
  afterEach(() => vi.useRealTimers());

  it.each(documented)("renders $name as documented", ({ name, bosToken, eosToken, expected }) => {
    vi.useFakeTimers({ now: new Date(2026, 2, 5), toFake: ["Date"] });
    const template = new ChatTemplate(source(stored(name), { bosToken, eosToken }));
    const rendered = template.render(dialogue);
    expect(rendered.text).toBe(expected);
    expect(rendered.template).toEqual({ source: "model", name: "model" });
    expect(rendered.stop).toEqual([]);
  });

  it("adds the system message that SmolLM2 has by default", () => {
    const template = new ChatTemplate(source(stored("smollm2")));
    expect(template.render([{ role: "user", content: "Hi" }]).text).toBe(
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n" +
        "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
    );
  });

  it("drops earlier reasoning where the template does, and still counts as the model's own", () => {
    const template = new ChatTemplate(source(stored("qwen3")));
    const rendered = template.render([
      { role: "user", content: "2+2?" },
      { role: "assistant", content: "4" },
      { role: "user", content: "Sure?" },
    ]);
    expect(rendered.template.source).toBe("model");
    expect(rendered.text).not.toContain("<think>");
  });

  it("joins neighbours of one role where roles have to alternate", () => {
    const template = new ChatTemplate(source(stored("gemma-2"), { bosToken: "<bos>" }));
    const rendered = template.render([
      { role: "user", content: "One" },
      { role: "user", content: "Two" },
      { role: "assistant", content: "Yes" },
      { role: "user", content: "Three" },
    ]);
    expect(rendered.template.source).toBe("model");
    expect(rendered.text).toContain("<start_of_turn>user\nOne\n\nTwo<end_of_turn>");
  });

  it("puts a system message that a template would leave out into the first user message", () => {
    const silent =
      "{% for m in messages %}{% if m.role != 'system' %}[{{ m.role }}] {{ m.content }}\n{% endif %}{% endfor %}";
    const rendered = new ChatTemplate(source(silent)).render(dialogue);
    expect(rendered.template.source).toBe("model");
    expect(rendered.text).toMatch(/^\[user\] Be brief\.\n\nHi\n/);
  });

  it("names the fallback for a model without a template", () => {
    const plain = new ChatTemplate(source(null)).render(dialogue);
    expect(plain.template).toEqual({
      source: "fallback",
      name: "plain dialogue",
      reason: "The model file has no chat template.",
    });
    expect(plain.text).toBe(
      "Instructions: Be brief.\nUser: Hi\nAssistant: Hello!\nUser: Who are you?\nAssistant:",
    );
    const chatMl = new ChatTemplate(
      source(null, { hasControlToken: (text) => text === "<|im_start|>" }),
    );
    expect(chatMl.info.name).toBe("ChatML");
    expect(chatMl.render(dialogue).text).toMatch(/<\|im_start\|>assistant\n$/);
  });

  it("refuses an empty conversation", () => {
    expect(() => new ChatTemplate(source(null)).render([])).toThrow(
      expect.objectContaining({ code: "bad-input" }),
    );
  });
});

describe("ChatTemplate with hostile templates", () => {
  const limits = { timeoutMs: 200, outputChars: 100_000 };
  const messages: ChatMessage[] = [{ role: "user", content: "Hi" }];

  it.each([
    [
      "loops for hours",
      "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
      /too long/,
    ],
    [
      "writes without end",
      "{% for a in range(20000) %}xxxxxxxx{% endfor %}{{ messages[0].content }}",
      /more text|too long/,
    ],
    ["is no template", "{% for %}", /fails/],
    ["raises", "{{ raise_exception('no') }}", /fails: no/],
    ["leaves the user out", "Hello", /leaves out the user message/],
    [
      "doubles a text",
      "{% set n = namespace(s='x') %}{% for a in range(64) %}{% set n.s = n.s ~ n.s %}{% endfor %}{{ n.s }}",
      /.+/,
    ],
  ])("falls back when it %s, soon", (_name, template, reason) => {
    const startedAt = performance.now();
    const rendered = new ChatTemplate(source(template), limits).render(messages);
    expect(rendered.template.source).toBe("fallback");
    expect(rendered.template.reason).toMatch(reason);
    expect(rendered.text).toContain("Hi");
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it("is not given another second once it has run into the time limit", () => {
    const endless =
      "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}";
    const template = new ChatTemplate(source(endless), limits);
    const startedAt = performance.now();
    for (let index = 0; index < 20; index++) template.render(messages);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  it.each([
    "{{ messages.constructor }}",
    "{{ ''.constructor.constructor('return process')() }}",
    "{{ messages[0].__proto__ }}",
    "{{ raise_exception.constructor('return process')() }}",
    "{{ range.constructor('return globalThis')().process.pid }}",
    "{{ messages[0].content.constructor('x') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__.__builtins__ }}",
    "{% import 'os' as os %}{{ os.popen('id') }}",
  ])("reaches no code with %s", (attack) => {
    const rendered = new ChatTemplate(source(`${attack}{{ messages[0].content }}`), limits).render(
      messages,
    );
    // Either it renders to nothing, or it fails and the fallback takes its place.
    const { text } = rendered;
    expect(rendered.template.source === "fallback" || text === "Hi" || text === "undefinedHi").toBe(
      true,
    );
    expect(text).not.toContain("function");
    expect(text).not.toContain(String(process.pid));
  });
});
