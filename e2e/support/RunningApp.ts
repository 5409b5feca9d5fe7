import type { Page } from "@playwright/test";

export type FaceName = "web" | "desktop";

/** A running face of Hearth on a home of its own. */
export interface RunningApp {
  page: Page;
  /** Ends the face as a user would. */
  close(): Promise<void>;
  /** Makes the page this large, in CSS pixels. */
  resize(size: { width: number; height: number }): Promise<void>;
  /** Process that may be killed to see what happens to the others. */
  pid: number;
}
