import type { IpcMain, IpcMainInvokeEvent } from "electron";
import { HearthError } from "../contract/errors.ts";
import { pageChannels, type PageChannel } from "./channels.ts";
import { isTrustedSender } from "./rules.ts";

/** What a handler is given: the id of the page's web contents, and values that are not trusted. */
export type PageHandlers = {
  [N in PageChannel]: (pageId: number, ...values: unknown[]) => unknown;
};

/**
 * Listens on all channels of the page and on no other. Who sent a message is judged here, once for
 * all of them, before anything in it is looked at.
 * @param isOwnPage whether web contents of that id belong to one of Hearth's windows
 */
export function listenToPages(
  ipc: Pick<IpcMain, "handle">,
  isOwnPage: (pageId: number) => boolean,
  handlers: PageHandlers,
): void {
  for (const name of Object.keys(pageChannels) as PageChannel[]) {
    ipc.handle(pageChannels[name], async (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      const frame = event.senderFrame;
      const trusted = isTrustedSender({
        isOwnWindow: isOwnPage(event.sender.id),
        isTopFrame: frame?.parent === null,
        frameUrl: frame?.url,
      });
      if (!trusted) throw notAllowed(name);
      await handlers[name](event.sender.id, ...values);
    });
  }
}

function notAllowed(name: string): HearthError {
  return new HearthError({
    code: "not-allowed",
    title: "This page may not ask that of Hearth.",
    cause: `“${name}” came from a frame that is not Hearth's own page.`,
  });
}
