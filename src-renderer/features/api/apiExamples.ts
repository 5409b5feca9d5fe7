/** What an example is made of. */
export interface ExampleParts {
  /** The base address, such as `http://127.0.0.1:4327/v1`. */
  readonly url: string;
  /** The name of a chat model as programs know it. */
  readonly model: string;
  readonly key: string;
}

export type ExampleLanguage = "curl" | "python" | "javascript";

/** A first question to the chat model, ready to be run. */
export function apiExample(
  language: ExampleLanguage,
  { url, model, key }: ExampleParts,
): { readonly code: string; readonly language: string } {
  switch (language) {
    case "curl": {
      const body = { model, messages: [{ role: "user", content: "Hello" }] };
      // As a shell reads it: a quote ends the text, is written alone, and begins it again.
      const quoted = JSON.stringify(body).replaceAll("'", String.raw`'\''`);
      return {
        language: "bash",
        code: `curl ${url}/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '${quoted}'`,
      };
    }
    case "python":
      return {
        language: "python",
        code: `from openai import OpenAI

client = OpenAI(base_url=${text(url)}, api_key=${text(key)})
answer = client.chat.completions.create(
    model=${text(model)},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)`,
      };
    case "javascript":
      return {
        language: "javascript",
        code: `import OpenAI from "openai";

const client = new OpenAI({ baseURL: ${text(url)}, apiKey: ${text(key)} });
const answer = await client.chat.completions.create({
  model: ${text(model)},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);`,
      };
  }
}

/** The name under which programs know a model: that of its file. */
export function publicModelName(modelId: string): string {
  return modelId.replace(/\.gguf$/iu, "");
}

/** A text in quotes, as both languages write it. */
function text(value: string): string {
  return JSON.stringify(value);
}
