import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../egress/requestRecord.ts";
import { done, events, eventText, json, piece, usage, type Script } from "./testing/FakeServer.ts";
import { backendOf, chatPath, hear, hearScript, request, serve } from "./testing/hearing.ts";

describe("a streamed answer", () => {
  it("arrives with the counts of the server, and is asked for as the API says", async () => {
    const server = await serve(events(piece("Hello"), piece(" there", "stop"), usage(9, 2), done));
    const log: RequestRecord[] = [];
    const backend = backendOf(server.url, { key: "sesame", log });
    const heard = await hear(backend, {
      ...request,
      sampling: { temperature: 0, topK: 40, repeatPenalty: 1.1 },
      documents: { passages: 2, characters: 345 },
    });
    expect(heard).toMatchObject({
      text: "Hello there",
      error: null,
      end: { reason: "stop", promptTokens: 9, tokens: 2 },
    });
    expect(heard.end).not.toHaveProperty("countsEstimated");
    const [asked] = server.requests;
    expect(asked?.authorization).toBe("Bearer sesame");
    expect(asked?.body).toMatchObject({ model: "small", stream: true, max_tokens: 50 });
    // Not of the API, so a server that Hearth does not know is not sent it.
    expect(asked?.body).not.toHaveProperty("top_k");
    expect(log[0]?.reason).toBe(
      "Answer by small on your server Attic, with 2 passages of your documents (345 characters)",
    );
  });

  it.each([
    ["llama-server", { top_k: 40, repeat_penalty: 1.1 }],
    ["lm-studio", { top_k: 40, repeat_penalty: 1.1 }],
    ["vllm", { top_k: 40, repetition_penalty: 1.1 }],
  ] as const)("gives %s the settings that it knows by other names", async (kind, fields) => {
    const server = await serve(events(piece("x", "stop"), done));
    await hear(backendOf(server.url, { kind }), {
      ...request,
      sampling: { topK: 40, repeatPenalty: 1.1 },
    });
    expect(server.requests[0]?.body).toMatchObject(fields);
  });

  it.each([
    [
      "comments and unknown fields",
      `: ping\n\nevent: x\nid: 1\n${eventText(piece("Hi", "stop"))}: ping\n\n${done}`,
    ],
    ["CRLF line ends", eventText(piece("Hi", "stop")).replaceAll("\n", "\r\n") + done],
    ["no blank behind data:", `data:${JSON.stringify(piece("Hi", "stop"))}\n\n${done}`],
    ["no [DONE]", eventText(piece("Hi", "stop"))],
    ["no last blank line", eventText(piece("Hi", "stop")).trimEnd()],
    ["parts of content", eventText(piece([{ type: "text", text: "Hi" }], "stop")) + done],
  ])("may have %s", async (_name, text) => {
    const heard = await hearScript(events(text));
    expect(heard).toMatchObject({ text: "Hi", error: null, end: { reason: "stop" } });
  });

  it("may be cut anywhere, in the middle of a character too", async () => {
    const bytes = Buffer.from(eventText(piece("Grüße 🌋", "stop")) + done);
    const heard = await hearScript(async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(heard.text).toBe("Grüße 🌋");
  });

  it("may come at once although a stream was asked for", async () => {
    const whole = {
      choices: [{ message: { content: "All at once." }, finish_reason: "length" }],
      usage: { prompt_tokens: 9, completion_tokens: 4 },
    };
    const heard = await hearScript(json(whole));
    expect(heard).toMatchObject({ text: "All at once.", end: { reason: "length" } });
  });

  it.each(["reasoning_content", "reasoning"])(
    "has its thought in marks, from %s",
    async (field) => {
      const heard = await hearScript(
        events(
          { choices: [{ delta: { [field]: "Let me" } }] },
          { choices: [{ delta: { [field]: " see" } }] },
          piece("Yes.", "stop"),
          done,
        ),
      );
      expect(heard.text).toBe("<think>\nLet me see\n</think>\n\nYes.");
    },
  );

  it("has the calls of tools as a model writes them", async () => {
    const call = (part: unknown): unknown => ({ choices: [{ delta: { tool_calls: [part] } }] });
    const heard = await hearScript(
      events(
        call({ index: 0, id: "a", function: { name: "weather", arguments: '{"ci' } }),
        call({ index: 0, function: { arguments: 'ty":"Ulm"}' } }),
        { choices: [{ delta: {}, finish_reason: "tool_calls" }] },
        done,
      ),
    );
    expect(heard.text).toBe(
      '<tool_call>\n{"name": "weather", "arguments": {"city":"Ulm"}}\n</tool_call>',
    );
    expect(heard.end?.reason).toBe("stop");
  });

  it.each([
    ["is sent again", ["One", ", tw", "o, three"], ", three"],
    ["is not", [", th", "ree"], ", three"],
    ["only begins alike", ["One, to", " be sure"], "One, to be sure"],
    ["ends in the middle of it", ["One,"], "One,"],
  ])("goes on behind what was there, whether that %s", async (_name, parts, text) => {
    const pieces = parts.map((part) => piece(part));
    const server = await serve(events(...pieces, piece("", "stop"), done));
    const messages = [{ role: "assistant" as const, content: "One, two" }];
    const prompt = { kind: "chat" as const, messages, continueLast: true };
    const heard = await hear(backendOf(server.url, { kind: "llama-server" }), { prompt });
    expect(heard.text).toBe(text);
  });

  it("ends before a stop string that the server passed over", async () => {
    const server = await serve(events(piece("one END"), piece("ING two", "stop"), done));
    const heard = await hear(backendOf(server.url), { ...request, stop: ["ENDING"] });
    expect(heard).toMatchObject({ text: "one ", end: { reason: "stop", stopString: "ENDING" } });
  });

  it("does without counts where the server does not know how to send them", async () => {
    const server = await serve((asked, response) =>
      asked.body["stream_options"] === undefined
        ? events(piece("Fine", "stop"), done)(asked, response)
        : json({ error: "unknown field `stream_options`" }, 422)(asked, response),
    );
    expect(await hear(backendOf(server.url))).toMatchObject({
      text: "Fine",
      end: { countsEstimated: true },
    });
  });
});

describe("what is refused", () => {
  it("is a redirect: neither key nor text goes elsewhere", async () => {
    const other = await serve(events(piece("Mine", "stop"), done));
    const server = await serve((_request, response) => {
      response.writeHead(307, { location: `${other.url}${chatPath}` }).end();
    });
    const heard = await hear(backendOf(server.url, { key: "sesame" }));
    expect(heard.error?.title).toMatch(/sent Hearth elsewhere/u);
    expect(other.requests).toHaveLength(0);
  });

  it("is a prompt that is too long, in these words", async () => {
    const { error } = await hearScript(
      json({ error: { message: "the request exceeds the available context size" } }, 400),
    );
    expect(error?.code).toBe("context-full");
  });

  it("is what this server cannot do", async () => {
    const backend = backendOf("http://127.0.0.1:1");
    const forced = await hear(backend, { ...request, grammar: 'root ::= "a"' });
    expect(forced.error?.code).toBe("model-unsupported");
    const continued = await hear(backend, {
      prompt: {
        kind: "chat",
        messages: [{ role: "assistant", content: "So" }],
        continueLast: true,
      },
    });
    expect(continued.error?.reason).toMatch(/go on/u);
  });
});

describe("cancelling", () => {
  it("closes the line at once, and ends with what came", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventText(piece("One")));
    });
    const stop = new AbortController();
    const heard = await hear(backendOf(server.url), request, () => stop.abort(), stop.signal);
    expect(heard).toMatchObject({
      text: "One",
      error: null,
      end: { reason: "cancelled", tokens: 1 },
    });
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it("by leaving the loop closes it, too", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventText(piece("One")));
    });
    for await (const event of backendOf(server.url).generate(request)) {
      if (event.type === "text") break;
    }
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it("while it waits before trying again", async () => {
    const server = await serve(json({ error: "busy" }, 503, { "retry-after": "10" }));
    const heard = await hear(backendOf(server.url), request, () => {}, AbortSignal.timeout(60));
    expect(heard.end?.reason).toBe("cancelled");
  });
});

describe("counting tokens", () => {
  it("is the server's where it can, else rather too many", async () => {
    const server = await serve(json({ tokens: [1, 2, 3] }), "/tokenize");
    const counting = { kind: "llama-server", counting: "server" } as const;
    expect(await backendOf(server.url, counting).countTokens(["a b c", ""])).toEqual([3, 0]);
    server.on("/tokenize", json({ tokens: "many" }));
    const text = "The harbour is dredged every second spring.";
    const [estimate = 0] = await backendOf(server.url, counting).countTokens([text]);
    // About nine tokens by any tokenizer.
    expect(estimate).toBeGreaterThan(9);
    expect(estimate).toBeLessThan(30);
  });
});

describe("embeddings", () => {
  const embedded = (data: unknown): Script => json({ data, usage: { prompt_tokens: 4 } });

  it("are brought to length 1, in the order of the texts", async () => {
    const data = [
      { index: 1, embedding: [0, 5] },
      { index: 0, embedding: [3, 4] },
    ];
    const server = await serve(embedded(data), "/v1/embeddings");
    const { vectors, tokens } = await backendOf(server.url).embed(["a", "b"]);
    expect(vectors.map((vector) => [...vector].map((x) => Math.round(x * 10) / 10))).toEqual([
      [0.6, 0.8],
      [0, 1],
    ]);
    expect(tokens).toBe(4);
  });

  it.each([
    ["too few", [{ index: 0, embedding: [1, 0] }]],
    ["of two lengths", [{ embedding: [1, 0] }, { embedding: [1] }]],
    ["no numbers", [{ embedding: ["1"] }, { embedding: [null] }]],
    ["all zero", [{ embedding: [0, 0] }, { embedding: [1, 0] }]],
    ["no list", "vectors"],
  ])("that are %s are refused", async (_name, data) => {
    const server = await serve(embedded(data), "/v1/embeddings");
    await expect(backendOf(server.url).embed(["a", "b"])).rejects.toThrow(
      /Its embeddings are not/u,
    );
  });
});
