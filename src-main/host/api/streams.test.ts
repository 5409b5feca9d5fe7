import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import { endless } from "./testing/endless.ts";
import { says, stats, type FakeHandlers } from "./testing/fakeEngine.ts";
import { messages, serveApi } from "./testing/serveApi.ts";

/** The data of server-sent events. */
function eventsOf(text: string): { event: string | undefined; data: string }[] {
  return text
    .split("\n\n")
    .filter((block) => block !== "" && !block.startsWith(":"))
    .map((block) => ({
      event: /^event: (.*)$/mu.exec(block)?.[1],
      data: /^data: (.*)$/mu.exec(block)?.[1] ?? "",
    }));
}

describe("streams", () => {
  const call = { id: "call_1", name: "add", argumentsJson: '{"a":1}' };
  const second = { ...call, id: "call_2" };
  const said = says([
    { type: "delta", text: "", reasoning: "Hm." },
    "Hello",
    { type: "toolCall", call },
    { type: "toolCall", call: second },
  ]);
  const tools = [{ type: "function", function: { name: "add" } }];

  it("come as OpenAI sends them", async () => {
    const { send } = await serveApi({ "generate.run": said });
    const answer = await send("/v1/chat/completions", {
      messages,
      tools,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(answer.headers["content-type"]).toContain("text/event-stream");
    const events = eventsOf(answer.text);
    expect(events.at(-1)?.data).toBe("[DONE]");
    const chunks = events
      .slice(0, -1)
      .map(({ data }) => JSON.parse(data) as Record<string, unknown>);
    const deltas = chunks.flatMap((chunk) => chunk["choices"] as { delta: object }[]);
    expect(deltas.map(({ delta }) => delta)).toEqual([
      { role: "assistant", content: "", refusal: null },
      { reasoning_content: "Hm." },
      { content: "Hello" },
      {
        tool_calls: [
          {
            index: 0,
            id: "call_1",
            type: "function",
            function: { name: "add", arguments: '{"a":1}' },
          },
        ],
      },
      {
        tool_calls: [
          {
            index: 1,
            id: "call_2",
            type: "function",
            function: { name: "add", arguments: '{"a":1}' },
          },
        ],
      },
      {},
    ]);
    expect(deltas.at(-1)).toMatchObject({ finish_reason: "tool_calls" });
    expect(chunks.at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
    });
    expect(chunks[0]).toMatchObject({ usage: null });
  });

  it("hold one call where only one is wanted", async () => {
    const { send } = await serveApi({ "generate.run": said });
    const one = await send("/v1/chat/completions", { messages, tools, parallel_tool_calls: false });
    expect(one.json()).toMatchObject({
      choices: [{ message: { tool_calls: [{ id: "call_1" }] }, finish_reason: "tool_calls" }],
    });
    expect(one.text).not.toContain("call_2");
  });

  it("come as Anthropic sends them", async () => {
    const { send } = await serveApi({ "generate.run": said });
    const body = { messages, max_tokens: 9, stream: true, thinking: { type: "enabled" } };
    const events = eventsOf((await send("/v1/messages", body)).text);
    expect(events.map(({ event }) => event)).toEqual([
      "message_start",
      "ping",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
    for (const { event, data } of events) expect(JSON.parse(data)).toMatchObject({ type: event });
    expect(JSON.parse(events[0]?.data ?? "")).toMatchObject({
      message: { usage: { input_tokens: 5, cache_read_input_tokens: 2 } },
    });
    expect(JSON.parse(events.at(-2)?.data ?? "")).toMatchObject({
      delta: { stop_reason: "tool_use" },
      usage: { output_tokens: 3 },
    });
  });

  it("are whole where they are not streamed, without thoughts that nobody asked for", async () => {
    const { send } = await serveApi({ "generate.run": said });
    const message = (await send("/v1/messages", { messages, max_tokens: 9 })).json();
    expect(message["content"]).toEqual([
      { type: "text", text: "Hello" },
      { type: "tool_use", id: "call_1", name: "add", input: { a: 1 } },
      { type: "tool_use", id: "call_2", name: "add", input: { a: 1 } },
    ]);
  });

  it("name the stop sequence", async () => {
    const { send } = await serveApi({
      "generate.run": () => Promise.resolve({ reason: "stop", stopString: "END", stats }),
    });
    const body = { messages, max_tokens: 9, stop_sequences: ["END"] };
    expect((await send("/v1/messages", body)).json()).toMatchObject({
      stop_reason: "stop_sequence",
      stop_sequence: "END",
    });
  });

  it("end with an error in the API's own shape when the model dies", async () => {
    const dying: FakeHandlers["generate.run"] = async (_input, emit) => {
      emit({ type: "delta", text: "Hel" });
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new HearthError({ code: "model-died", title: "The model stopped." });
    };
    const { send } = await serveApi({ "generate.run": dying });
    const openAi = eventsOf((await send("/v1/chat/completions", { messages, stream: true })).text);
    expect(JSON.parse(openAi.at(-1)?.data ?? "")).toMatchObject({
      error: { message: "The model stopped.", type: "server_error", code: "model_died" },
    });
    const body = { messages, max_tokens: 5, stream: true };
    const anthropic = eventsOf((await send("/v1/messages", body)).text);
    expect(anthropic.at(-1)?.event).toBe("error");
    expect(JSON.parse(anthropic.at(-1)?.data ?? "")).toMatchObject({
      type: "error",
      error: { type: "overloaded_error" },
    });
  });

  it("have the status of what fails before they begin", async () => {
    const full: FakeHandlers["generate.run"] = () =>
      Promise.reject(new HearthError({ code: "context-full", title: "Too long." }));
    const { send } = await serveApi({ "generate.run": full });
    const answer = await send("/v1/chat/completions", { messages, stream: true });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: "context_length_exceeded" } });
  });

  it("end with an error when the engine dies", async () => {
    const { send, die } = await serveApi({ "generate.run": endless().handler });
    const answering = send("/v1/chat/completions", { messages, stream: true });
    setTimeout(die, 100);
    const last = eventsOf((await answering).text).at(-1);
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ error: { code: "connection_lost" } });
  });
});
