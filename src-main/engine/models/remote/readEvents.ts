/** Characters of one line, and of the data of one event, that are taken at most. */
const mostLineLength = 1024 * 1024;

/** Told where a stream of events cannot be one. */
export class EventStreamError extends Error {
  override name = "EventStreamError";
}

/**
 * The data of each event of a stream of server-sent events. Comments, by which some servers keep the
 * line open, ids, names and unknown fields are passed over. What a server sends without an end stays
 * bounded in memory.
 *
 * @throws EventStreamError where a line or an event is longer than any honest one
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<string, void, undefined> {
  // Damaged UTF-8 becomes replacement marks: one wrong byte is no reason to lose an answer.
  const decoder = new TextDecoder("utf-8");
  let held = "";
  let data: string[] = [];
  let dataLength = 0;
  /** The last character was a CR; an LF right behind it belongs to it. */
  let afterReturn = false;

  function* take(line: string): Generator<string> {
    if (line === "") {
      if (data.length > 0) yield data.join("\n");
      data = [];
      dataLength = 0;
      return;
    }
    const value = /^data(?:: ?|$)/u.exec(line);
    if (!value) return;
    const text = line.slice(value[0].length);
    dataLength += text.length;
    if (dataLength > mostLineLength) throw new EventStreamError("An event has no end.");
    data.push(text);
  }

  function* lines(text: string): Generator<string> {
    // What is held has no line's end, so only what is new is looked at.
    let rest = afterReturn && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") afterReturn = text.endsWith("\r");
    for (;;) {
      const end = /\r\n|\n|\r/u.exec(rest);
      if (!end) break;
      const line = held + rest.slice(0, end.index);
      held = "";
      rest = rest.slice(end.index + end[0].length);
      yield* take(line);
    }
    held += rest;
    if (held.length > mostLineLength) throw new EventStreamError("A line has no end.");
  }

  for await (const chunk of body) {
    yield* lines(decoder.decode(chunk, { stream: true }));
  }
  yield* lines(decoder.decode());
  // A last event without its blank line: some servers end so.
  yield* take(held);
  yield* take("");
}
