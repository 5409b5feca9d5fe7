import type { IpcMainInvokeEvent } from "electron";
import { beforeEach, describe, expect, it } from "vitest";
import { pageChannels, type PageChannel } from "./channels.ts";
import { listenToPages, type PageHandlers } from "./PageChannels.ts";

type Listener = (event: IpcMainInvokeEvent, ...values: unknown[]) => Promise<unknown>;

describe("listenToPages", () => {
  const names = Object.keys(pageChannels) as PageChannel[];
  let listeners: Map<string, Listener>;
  let called: string[];

  beforeEach(() => {
    listeners = new Map();
    called = [];
    const handlers = Object.fromEntries(
      names.map((name) => [
        name,
        (pageId: number, ...values: unknown[]) => {
          called.push(`${pageId} ${name} ${JSON.stringify(values)}`);
          return "a secret";
        },
      ]),
    ) as PageHandlers;
    const ipc = {
      handle: (channel: string, listener: Listener) => listeners.set(channel, listener),
    };
    listenToPages(ipc, (pageId) => pageId === 7, handlers);
  });

  function send(name: PageChannel, sender: { id?: number; url?: string; parent?: unknown } | null) {
    const frame =
      sender === null
        ? null
        : { url: sender.url ?? "app://hearth/index.html", parent: sender.parent ?? null };
    const event = { sender: { id: sender?.id ?? 7 }, senderFrame: frame };
    return listeners.get(pageChannels[name])?.(event as unknown as IpcMainInvokeEvent, 1, "x");
  }

  it("listens on the channels of the map and on no others", () => {
    expect([...listeners.keys()].sort()).toEqual(Object.values(pageChannels).toSorted());
  });

  it.each(names)("%s serves the page, and tells it nothing back", async (name) => {
    expect(await send(name, {})).toBeUndefined();
    expect(called).toEqual([`7 ${name} [1,"x"]`]);
  });

  it.each(names)("%s refuses every other sender", async (name) => {
    const parent = { url: "app://hearth/index.html" };
    for (const sender of [
      { parent },
      { parent, url: "about:blank" },
      { url: "https://evil.test/" },
      { url: "about:blank" },
      { url: "app://evil/index.html" },
      { id: 8 },
      null,
    ]) {
      await expect(send(name, sender)).rejects.toMatchObject({ code: "not-allowed" });
    }
    expect(called).toEqual([]);
  });
});
