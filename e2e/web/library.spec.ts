import { AxeBuilder } from "@axe-core/playwright";
import fs from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { writeLargeLibrary } from "../support/largeLibrary.ts";
import { expect, test } from "../support/test.ts";

const documents = 10_000;
const openWithinMs = 100;
/** Two frames of a screen with 60 of them per second, as clocks round them. */
const slowestFrameMs = 33.5;
/** Three, while the embedder has all cores. */
const slowestBusyFrameMs = 50.1;
const watchedMs = 2_500;
/** The whole list is some megabytes; what one file changes in it is not. */
const mostBytesPerFile = 100_000;

test("ten thousand documents open at once and scroll smoothly, also while one is added", async ({
  home,
  launch,
}, info) => {
  await writeLargeLibrary(home, documents);
  const hearth = await launch();
  const { page } = hearth;
  await hearth.ready();

  const openings: number[] = [];
  for (let again = 0; again < 3; again += 1) {
    if (again > 0) await page.reload();
    await expect(hearth.sidebar.getByRole("button", { name: "Library 10,000" })).toBeVisible();
    openings.push(await openLibrary(page));
  }
  // Each was the first of its page; what other work on the machine adds is not the list's.
  const opened = Math.min(...openings);
  const library = page.getByRole("region", { name: "Library" });
  const list = library.getByRole("list", { name: "Library" });
  expect(await list.getByRole("listitem").count()).toBeLessThan(60);
  await expect(list.getByRole("listitem").first()).toHaveAttribute("aria-setsize", "10000");

  const quiet = await untilSmooth(slowestFrameMs, async () => await scrollFrames(page));
  // A file is taken in while the list is scrolled, and its progress is told many times.
  const received = await countBytes(page);
  let files = 0;
  const all = (): string => (documents + files).toLocaleString("en");
  const frames = await untilSmooth(slowestBusyFrameMs, async () => {
    files += 1;
    const file = info.outputPath(`logbook ${files}.md`);
    await fs.writeFile(file, logbook(files));
    await hearth.drop(file);
    await expect(hearth.row(`logbook ${files}.md`)).toBeVisible();
    const times = await scrollFrames(page);
    await expect(hearth.sidebar.getByRole("button", { name: `Library ${all()}` })).toBeVisible();
    return times;
  });
  const bytes = received() / files;

  const report =
    `opened in ${openings.map((ms) => ms.toFixed(0)).join(", ")} ms; scrolling: ${describe(quiet)}; ` +
    `while adding: ${describe(frames)}; ${bytes.toFixed(0)} bytes of state for one file`;
  console.log(report);
  info.annotations.push({ type: "large library", description: report });
  expect(opened, report).toBeLessThan(openWithinMs);
  expect(at(quiet, 0.95), report).toBeLessThanOrEqual(slowestFrameMs);
  expect(at(frames, 0.95), report).toBeLessThanOrEqual(slowestBusyFrameMs);
  expect(bytes, report).toBeLessThan(mostBytesPerFile);

  // Searching and narrowing are as quick, and the keyboard reaches the last row.
  await library.getByRole("searchbox", { name: "Search the library" }).fill("handbook 77");
  await expect(library.getByText(new RegExp(`^\\d+ of ${all()}$`, "u"))).toBeVisible();
  await library.getByRole("searchbox").fill("");
  await library.getByRole("button", { name: "Duplicates" }).click();
  await expect(library.getByText(`200 of ${all()}`)).toBeVisible();
  await library.getByRole("button", { name: "Clear filters" }).click();
  // There are more folders than one reads through: one is found by any part of its path.
  await library.getByRole("button", { name: "Folder", exact: true }).click();
  const folders = page.getByRole("dialog", { name: "Folder" });
  await expect(folders.getByRole("option")).toHaveCount(31);
  await expectAccessible(page, "long filter");
  await page.keyboard.type("2018 letter");
  await expect(folders.getByRole("option")).toHaveCount(1);
  await page.keyboard.press("Enter");
  await expect(folders).toHaveCount(0);
  await expect(library.getByText(`334 of ${all()}`)).toBeVisible();
  await expect(library.getByRole("button", { name: "Folder: …/2018/Letter" })).toBeFocused();
  await library.getByRole("button", { name: "Clear filters" }).click();
  await library.getByRole("button", { name: /^Sorted by/ }).click();
  await page.getByRole("menuitemcheckbox", { name: "Name" }).click();
  await page.keyboard.press("Escape");
  const first = list.locator("[data-row][tabindex='0']");
  await first.focus();
  await page.keyboard.press("Home");
  await expect(focused(page)).toContainText("Handbook 5.eml");
  await page.keyboard.press("End");
  await expect(focused(page)).toContainText("Survey 9996.pdf");
  await expect(focused(page)).toBeInViewport();
});

test("documents are chosen, tagged, collected, searched and asked by mouse and keyboard", async ({
  hearth,
}, info) => {
  const { page } = hearth;
  await hearth.ready();
  const texts = {
    "lamp.md": "# Lamp\n\nThe lamp at Cape Morrow was replaced in March by Ada Brenn.\n",
    "ferry.md":
      "# Ferry\n\nThe ferry Osprey sails at noon on Sundays and at seven on other days.\n",
    "copy.md": "# Lamp\n\nThe lamp at Cape Morrow was replaced in March by Ada Brenn.\n",
  };
  const files: string[] = [];
  for (const [name, text] of Object.entries(texts)) {
    files.push(info.outputPath(name));
    await fs.writeFile(info.outputPath(name), text);
  }
  await hearth.addDocuments(...files);
  const library = page.getByRole("region", { name: "Library" });
  const bar = library.getByRole("toolbar", { name: "Selected documents" });
  const main = (name: string): Locator => hearth.row(name).locator("[data-row]");

  // Duplicates are marked, and shown on their own.
  await expect(hearth.row("ferry.md").getByText("Duplicate")).toHaveCount(0);
  await expect(main("copy.md").getByText("Duplicate")).toBeVisible();

  // By keyboard: the first row, down with Shift, all, none.
  await library.locator("[data-row][tabindex='0']").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(bar).toContainText("2 selected");
  await page.keyboard.press("Control+a");
  await expect(bar).toContainText("3 selected");
  await page.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await page.keyboard.press("Space");
  await expect(bar).toContainText("1 selected");
  await page.keyboard.press("Escape");

  // By mouse: one with Ctrl, a stretch with Shift; then tags and a collection for both.
  await main("ferry.md").click({ modifiers: ["Control"] });
  await main("lamp.md")
    .first()
    .click({ modifiers: ["Control"] });
  await expect(bar).toContainText("2 selected");
  await bar.getByRole("button", { name: "Tags…" }).click();
  const tags = page.getByRole("dialog", { name: "Tags of 2 documents" });
  await tags.getByRole("textbox", { name: "New tag" }).fill("coast");
  await page.keyboard.press("Enter");
  await expect(tags.getByRole("checkbox", { name: "coast" })).toBeChecked();
  await tags.getByRole("button", { name: "Done" }).click();
  await expect(main("ferry.md").getByText("coast")).toBeVisible();
  await page.keyboard.press("Escape");

  await main("ferry.md").click({ modifiers: ["Control"] });
  await bar.getByRole("button", { name: "Add to collection" }).click();
  await page.getByRole("menuitem", { name: "New collection…" }).click();
  const naming = page.getByRole("dialog", { name: "New collection" });
  await naming.getByRole("textbox", { name: "Name" }).fill("Timetables");
  await expectAccessible(page, "new collection");
  await naming.getByRole("button", { name: "Create" }).click();
  await expect(naming).toBeHidden();
  await expectAccessible(page, "library with a selection");
  await bar.getByRole("button", { name: "Clear selection" }).click();

  await library.getByRole("button", { name: "Collection", exact: true }).click();
  await page.getByRole("menuitemcheckbox", { name: "Timetables (1)" }).click();
  await expect(library.getByRole("listitem")).toHaveCount(1);

  // The text of what is shown is searched, with the words marked; a click opens the place.
  const search = library.getByRole("searchbox", { name: "Search the library" });
  await search.fill("when does the ferry sail");
  await search.press("Enter");
  const passages = library.getByRole("list", { name: "Passages" });
  await expect(passages.getByRole("listitem")).toHaveCount(1, { timeout: 30_000 });
  await expect(passages.locator("mark")).toHaveText(["Ferry", "ferry", "sails"]);
  await expectAccessible(page, "passages");
  await passages.getByRole("button").first().click();
  await expect(
    hearth.document.locator("mark").filter({ hasText: "The ferry Osprey" }),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await library.getByRole("button", { name: "Clear filters" }).click();
  await search.fill("lamp replaced by Ada Brenn");
  await expect(passages.getByRole("listitem").first()).toContainText("lamp");
  // What is hardly alike and holds no word is there for who asks for it.
  await expect(passages.getByRole("listitem")).toHaveCount(2);
  await library.getByRole("button", { name: "Show 1 less similar passage" }).click();
  await expect(passages.getByRole("listitem")).toHaveCount(3);
  await expect(passages.getByRole("listitem").last()).toContainText("similar in meaning");
  await search.fill("");
  await library.getByRole("radio", { name: "Names" }).click();

  // Delete asks, and removes what is chosen.
  await main("copy.md").click({ modifiers: ["Control"] });
  await page.keyboard.press("Delete");
  await page.getByRole("button", { name: "Remove from library" }).click();
  await expect(hearth.row("copy.md")).toHaveCount(0);
  await expect(library.getByText("Duplicate")).toHaveCount(0);
});

test("a chat asks a collection, and a message has files and long texts of its own", async ({
  hearth,
}, info) => {
  const { page } = hearth;
  await hearth.ready();
  const ferry = info.outputPath("ferry.md");
  await fs.writeFile(
    ferry,
    "The ferry Osprey sails at noon on Sundays and at seven on weekdays.\n",
  );
  await hearth.addDocuments(ferry);
  const library = page.getByRole("region", { name: "Library" });
  await hearth
    .row("ferry.md")
    .locator("[data-row]")
    .click({ modifiers: ["Control"] });
  await library.getByRole("button", { name: "Add to collection" }).click();
  await page.getByRole("menuitem", { name: "New collection…" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("Timetables");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeHidden();

  await hearth.newChat();
  await page.getByRole("button", { name: "Attach documents" }).click();
  const dialog = page.getByRole("dialog", { name: "Ask from documents" });
  await dialog.getByRole("checkbox", { name: "Timetables" }).check();
  await expectAccessible(page, "attach dialog with a collection");
  await dialog.getByRole("button", { name: "Done" }).click();
  const chips = page.getByRole("list", { name: "Attached documents" });
  await expect(chips).toContainText("Timetables");
  const answer = await hearth.ask("When does the ferry Osprey sail on Sundays?");
  await expect(answer.getByRole("list", { name: "Evidence" })).toContainText("ferry.md");
  await expect(hearth.questions.last()).toContainText("Timetables");

  // A file that is dropped on the message goes with it alone.
  await hearth.newChat();
  await expect(chips).toHaveCount(0);
  const note = info.outputPath("note.md");
  await fs.writeFile(note, "The mooring fee at Gull Quay is nine crowns a night.\n");
  const box = await hearth.composer.boundingBox();
  await hearth.dropAt({ x: (box?.x ?? 0) + 20, y: (box?.y ?? 0) + 10 }, [note]);
  await expect(chips).toContainText("note.md");
  await expect(hearth.sidebar.getByRole("button", { name: "Library 1" })).toBeVisible();
  const fee = await hearth.ask("What is the mooring fee at Gull Quay?");
  await expect(fee.getByRole("list", { name: "Evidence" })).toContainText("note.md");
  await expect(chips).toHaveCount(0);
  await hearth.openLibrary();
  await expect(hearth.row("ferry.md")).toBeVisible();
  await expect(hearth.row("note.md")).toHaveCount(0);

  // A long text becomes an attachment, and text again if that is what was meant.
  await hearth.newChat();
  const long = "The pier was painted green and mended in the spring of that year. ".repeat(80);
  await hearth.composer.fill("Before. ");
  await page.evaluate(async (text) => await navigator.clipboard.writeText(text), long);
  await hearth.composer.press("ControlOrMeta+v");
  await expect(chips).toContainText("Pasted text, 5,280 characters");
  await expect(hearth.composer).toHaveValue("Before. ");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expectAccessible(page, "composer with a pasted text");
  await chips.getByRole("button", { name: "Paste as text instead" }).click();
  await expect(chips).toHaveCount(0);
  await expect(hearth.composer).toHaveValue(`Before. \n${long}`);
  // What is attached to a draft is still there when the page comes back.
  await hearth.composer.fill("");
  await hearth.composer.press("ControlOrMeta+v");
  await expect(chips.getByRole("button", { name: "Paste as text instead" })).toBeVisible();
  await page.reload();
  await expect(chips).toContainText("Pasted text.txt");
  await chips.getByRole("button", { name: "Take Pasted text.txt off this message" }).click();
  await expect(chips).toHaveCount(0);
});

/** The row that has the focus. */
function focused(page: Page): Locator {
  return page.locator("[data-row]:focus");
}

/** Goes to the library. @returns milliseconds from the click until its rows were painted */
async function openLibrary(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    const button = [...document.querySelectorAll<HTMLElement>("nav button")].find((candidate) =>
      candidate.textContent.startsWith("Library"),
    );
    performance.mark("click");
    button?.click();
    await new Promise<void>((resolve) => {
      const onFrame = (): void => {
        if (document.querySelector("section[aria-label=Library] li")) setTimeout(resolve);
        else requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
    });
    return performance.measure("open the library", "click").duration;
  });
}

/** What is slow because of other work on the machine is measured again. @returns the last times */
async function untilSmooth(slowestMs: number, measure: () => Promise<number[]>): Promise<number[]> {
  let times = await measure();
  for (let again = 1; again < 3 && at(times, 0.95) > slowestMs; again += 1) times = await measure();
  return times;
}

/** Scrolls down through the list and back. @returns the times between frames, in order of length */
async function scrollFrames(page: Page): Promise<number[]> {
  const times = await page.evaluate(async (forMs) => {
    const scroller = document.querySelector("section[aria-label=Library] ul")?.parentElement;
    const seen: number[] = [];
    await new Promise<void>((resolve) => {
      const onFrame = (now: number): void => {
        seen.push(now);
        const gone = now - (seen[0] ?? now);
        scroller?.scrollBy(0, gone < forMs / 2 ? 400 : -400);
        if (gone < forMs) requestAnimationFrame(onFrame);
        else resolve();
      };
      requestAnimationFrame(onFrame);
    });
    return seen;
  }, watchedMs);
  return times
    .slice(1)
    .map((time, index) => time - (times[index] ?? time))
    .toSorted((a, b) => a - b);
}

/** Connects anew and counts what comes after the first values. @returns how to read the count */
async function countBytes(page: Page): Promise<() => number> {
  let bytes = 0;
  let counting = false;
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      if (counting) bytes += payload.length;
    });
  });
  await page.reload();
  await expect(page.getByRole("button", { name: "Library 10,000" })).toBeVisible();
  await openLibrary(page);
  counting = true;
  return () => bytes;
}

function describe(frames: readonly number[]): string {
  return `${frames.length} frames, 95 % within ${at(frames, 0.95).toFixed(1)} ms, longest ${at(frames, 1).toFixed(1)} ms`;
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.POSITIVE_INFINITY;
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(serious.map(({ id, nodes }) => `${what}: ${id} ${nodes[0]?.html ?? ""}`)).toEqual([]);
}

/** A text long enough to be made searchable while the list is scrolled. */
function logbook(volume: number): string {
  return Array.from(
    { length: 400 },
    (_, day) =>
      `## Volume ${volume}, day ${day + 1}\n\nThe wind came with ${(day * 7) % 30} knots. We took ${(day * 13) % 400} ` +
      `passengers over the sound and burned ${(day * 29) % 900} litres of oil.\n`,
  ).join("\n");
}
