import { describe, expect, it } from "vitest";
import {
  done,
  events,
  eventText,
  FakeServer,
  json,
  piece,
  usage,
  type Script,
} from "./testing/FakeServer.ts";
import { openServers, backendOf, chatPath, hear, hearScript, serve } from "./testing/hearing.ts";

describe("a server that fails", () => {
  it("killed in mid-stream: what came stays, and the failure is named", async () => {
    const heard = await hearScript((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventText(piece("Half an")));
      setTimeout(() => response.destroy(), 30);
    });
    expect(heard.text).toBe("Half an");
    expect(heard.error?.code).toBe("unavailable");
    expect(heard.error?.title).toMatch(/127\.0\.0\.1:\d+ stopped in the middle/u);
    expect(heard.error?.suggestion).toMatch(/does not switch/u);
  });

  it("ends its line cleanly before the answer does", async () => {
    const heard = await hearScript(events(piece("Half an")));
    expect(heard.error?.title).toMatch(/stopped in the middle/u);
  });

  it("says in the stream what went wrong", async () => {
    const heard = await hearScript(events(piece("Half"), { error: { message: "CUDA is full" } }));
    expect(heard.error?.reason).toContain("CUDA is full");
  });

  it("says nothing at all", async () => {
    const heard = await hearScript(() => {}, { timings: { firstMs: 80 } });
    expect(heard.error).toMatchObject({ code: "timed-out" });
    expect(heard.error?.title).toMatch(/did not begin to answer for 0\.1 seconds/u);
  });

  it("stops in mid-answer, and keeps the line open with comments and empty pieces", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(eventText(piece("Half")));
      const timer = setInterval(() => response.write(`: ping\n\n${eventText(piece(""))}`), 10);
      response.on("close", () => clearInterval(timer));
    });
    const heard = await hear(backendOf(server.url, { timings: { betweenMs: 120 } }));
    expect(heard).toMatchObject({ text: "Half", error: { code: "timed-out" } });
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it("gives its counts never: the answer is whole all the same", async () => {
    const heard = await hearScript(
      (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(eventText(piece("Whole.", "stop")));
      },
      { timings: { endMs: 60 } },
    );
    expect(heard).toMatchObject({ text: "Whole.", error: null, end: { countsEstimated: true } });
  });

  it("is a page: nothing of it is shown", async () => {
    const page: Script = (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>Sign in</html>");
    };
    expect((await hearScript(page)).error?.reason).toMatch(/a web page/u);
  });

  it.each([
    ["no JSON", "data: {oops\n\n"],
    ["a list", "data: [1]\n\n"],
    ["a number for text", eventText(piece(7))],
    ["something else", 'data: {"hello": 1}\n\n'],
  ])("sends %s in its stream", async (_name, text) => {
    const heard = await hearScript(events(piece("Half"), text));
    expect(heard.text).toBe("Half");
    expect(heard.error?.title).toMatch(/sent something that is no answer/u);
  });

  it("sends a line without an end", async () => {
    const heard = await hearScript((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: ");
      const timer = setInterval(() => response.write("x".repeat(300_000)), 5);
      response.on("close", () => clearInterval(timer));
    });
    expect(heard.error?.reason).toMatch(/A line has no end/u);
  });

  it("never ends its answer: it is cut off where the limit was", async () => {
    const server = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const timer = setInterval(() => response.write(eventText(piece("la ")).repeat(20)), 5);
      response.on("close", () => clearInterval(timer));
    });
    const heard = await hear(backendOf(server.url));
    expect(heard).toMatchObject({ error: null, end: { reason: "length" } });
    expect(heard.text.length).toBeLessThan(300);
    await expect.poll(() => server.requests[0]?.closedEarly).toBe(true);
  });

  it("counts NaN, which is no JSON", async () => {
    const text = 'data: {"choices":[],"usage":{"prompt_tokens":NaN}}\n\n';
    expect((await hearScript(events(piece("Hi", "stop"), text, done))).error).not.toBeNull();
  });

  it.each([
    ["negative", -5, -1],
    ["absurdly many", 1e15, 1e15],
    ["fractions", 9.5, 1.5],
    ["texts", "9", "2"],
    ["fewer than arrived", 9, 1],
    ["more than was allowed", 9, 5000],
  ])("counts %s tokens: its counts are not believed", async (_name, prompt, completion) => {
    const pieces = Array.from({ length: 6 }, () => piece("la "));
    const heard = await hearScript(
      events(...pieces, piece("", "stop"), usage(prompt, completion), done),
    );
    expect(heard.end).toMatchObject({ tokens: 6, countsEstimated: true });
    expect(heard.end?.promptTokens).toBeGreaterThan(5);
    expect(heard.end?.promptTokens).toBeLessThan(200);
  });
});

describe("what is asked again", () => {
  it.each([503, 429])("is what a busy server refused with %d, when it says", async (status) => {
    let asked = 0;
    const heard = await hearScript((given, response) =>
      ++asked === 1
        ? json({ error: { message: "Loading model" } }, status, { "retry-after": "0" })(
            given,
            response,
          )
        : events(piece("Now", "stop"), done)(given, response),
    );
    expect([heard.text, asked]).toEqual(["Now", 2]);
  });

  it("is not what has to wait too long, and not for ever", async () => {
    const server = await serve(json({ error: "busy" }, 503, { "retry-after": "3600" }));
    expect((await hear(backendOf(server.url))).error?.reason).toContain("busy");
    expect(server.requests).toHaveLength(1);
    server.on(chatPath, json({ error: "busy" }, 503, { "retry-after": "0" }));
    await hear(backendOf(server.url));
    expect(server.requests).toHaveLength(5);
  });

  it.each([500, 400, 404, 401])("is not a refusal with %d", async (status) => {
    const server = await serve(json({ detail: [{ msg: "no such thing" }] }, status));
    const { error } = await hear(backendOf(server.url));
    expect(error?.reason).toContain("no such thing");
    expect(server.requests).toHaveLength(1);
  });

  it("is not an answer that broke off before its first piece", async () => {
    const server = await serve((_request, response) => {
      response.destroy();
    });
    expect((await hear(backendOf(server.url))).error?.title).toMatch(/could not be reached/u);
    expect(server.requests).toHaveLength(1);
  });

  it("is one that nobody listened to, until somebody does", async () => {
    const first = await FakeServer.start({});
    const { port, url } = first;
    await first[Symbol.asyncDispose]();
    const starting = setTimeout(() => {
      void FakeServer.start({ [chatPath]: events(piece("Up", "stop"), done) }, port).then((up) =>
        openServers.push(up),
      );
    }, 200);
    const heard = await hear(backendOf(url));
    clearTimeout(starting);
    expect(heard.text).toBe("Up");
  });
});
