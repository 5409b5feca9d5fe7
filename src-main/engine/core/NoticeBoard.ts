import { randomUUID } from "node:crypto";
import { toErrorData } from "../../contract/errors.ts";
import type { Notice } from "../../contract/system.ts";
import { Cell } from "./Cell.ts";

const maxNotices = 20;

/** What the user should know although no call of theirs is waiting for it. */
export class NoticeBoard {
  readonly cell = new Cell<readonly Notice[]>([]);

  post(level: Notice["level"], error: unknown): void {
    const notice = { id: randomUUID(), at: Date.now(), level, error: toErrorData(error) };
    this.cell.update((notices) => [
      // The same thing said twice in a row is one notice with the newer time.
      ...notices.filter((old) => old.error.title !== notice.error.title).slice(1 - maxNotices),
      notice,
    ]);
  }

  dismiss(id: string): void {
    this.cell.update((notices) => notices.filter((notice) => notice.id !== id));
  }
}
