import type { Browser, CDPSession, Page } from "@playwright/test";
import fs from "node:fs/promises";
import { HearthPage } from "../../../e2e/support/HearthPage.ts";
import { launchWeb } from "../../../e2e/support/launchWeb.ts";
import {
  connectEngine,
  type EngineConnection,
} from "../../../src-main/supervisor/connectEngine.ts";
import { buildProduct } from "../../build.ts";
import { findElectron } from "../../setup/electronRuntime.ts";
import { makeBenchHome, removeBenchHome } from "../BenchEngine.ts";
import { llamaBench } from "../llama/runLlama.ts";
import type { Row } from "../Row.ts";
import { median } from "../../../src-main/engine/bench/median.ts";

const tokens = 128;
const repetitions = 3;
const prompt = "Tell me a long story about a lighthouse and the sea.";

/** Where the page's main thread spent its time, in milliseconds. */
interface PageTime {
  script: number;
  style: number;
  layout: number;
  all: number;
}

/** Processor time of each process, in milliseconds, where /proc tells it. */
interface ProcessTime {
  model: number;
  engine: number;
  host: number;
  /** The browser's: its renderers, what composes and rasters, and the rest. */
  page: number;
  raster: number;
  browser: number;
}

interface PaintedAnswer {
  /** From the key that sends to the paint of the last of the text. */
  ms: number;
  tokens: number;
  page: PageTime;
  processes: ProcessTime;
}

/** The whole way: a message is sent in a real page, and the answer's last text is on the screen. */
export const painted: Row = {
  key: "painted",
  name: "decode, 128 greedy tokens, until painted in the page",
  unit: "tokens/s",
  reach: { kind: "at-least", value: 0.9 },
  open: async (bench) => {
    bench.progress("Building the product");
    await buildProduct((await findElectron())?.target ?? "production", (line) =>
      bench.progress(line),
    );
    const home = await makeBenchHome([bench.chatModel]);
    const app = await launchWeb(home);
    const face = new PaintedFace(
      new HearthPage(app, home),
      await connectEngine({ home, face: "bench" }),
      await app.page.context().newCDPSession(app.page),
      await browserOf(app.page).newBrowserCDPSession(),
    );
    const shares: string[] = [];
    await face.ready();
    await face.answer(1 + tokens);
    return {
      ours: async () => {
        const rates: number[] = [];
        for (let n = 0; n < repetitions; n++) {
          const one = await face.answer(1);
          const all = await face.answer(1 + tokens);
          rates.push((1000 * (all.tokens - one.tokens)) / (all.ms - one.ms));
          shares.push(describeTime(all));
        }
        return median(rates);
      },
      theirs: () => llamaBench(bench, { generatedTokens: tokens, repetitions }),
      notes: () => shares.at(-1) ?? "",
      [Symbol.asyncDispose]: async () => {
        face.close();
        await app.close();
        await removeBenchHome(home);
      },
    };
  },
};

function browserOf(page: Page): Browser {
  const browser = page.context().browser();
  if (!browser) throw new Error("The page belongs to no browser.");
  return browser;
}

function describeTime({ ms, page, processes }: PaintedAnswer): string {
  const part = (value: number): string => `${value.toFixed(0)} ms`;
  return (
    `page busy ${part(page.all)} of ${part(ms)}: script ${part(page.script)}, ` +
    `style ${part(page.style)}, layout ${part(page.layout)}; processor time: ` +
    `model ${part(processes.model)}, engine ${part(processes.engine)}, host ${part(processes.host)}, ` +
    `page ${part(processes.page)}, raster ${part(processes.raster)}, browser ${part(processes.browser)}`
  );
}

/** A page of Hearth whose chats are made through the contract, so that each answer has its length. */
class PaintedFace {
  readonly #hearth: HearthPage;
  readonly #connection: EngineConnection;
  readonly #inspector: CDPSession;
  readonly #browser: CDPSession;
  #chats = 0;
  #modelPid = 0;

  constructor(
    hearth: HearthPage,
    connection: EngineConnection,
    inspector: CDPSession,
    browser: CDPSession,
  ) {
    this.#hearth = hearth;
    this.#connection = connection;
    this.#inspector = inspector;
    this.#browser = browser;
    connection.client.watch("models.state", {}, ({ loaded }) => {
      this.#modelPid = loaded[0]?.pid ?? 0;
    });
  }

  async ready(): Promise<void> {
    await this.#hearth.composer.waitFor();
    await this.#inspector.send("Performance.enable");
    await markPaints(this.#hearth.page);
  }

  /** Opens a new chat, sends the prompt, and waits until the whole answer is painted. */
  async answer(maxTokens: number): Promise<PaintedAnswer> {
    const { client } = this.#connection;
    const { page, sidebar, composer } = this.#hearth;
    const title = `Bench ${++this.#chats}`;
    const { chat } = await client.call("chats.create", { title });
    await client.call("chats.update", {
      chatId: chat.id,
      sampling: { temperature: 0, repeatPenalty: 1, maxTokens },
    });
    await sidebar.getByRole("button", { name: title, exact: true }).click();
    await page.getByRole("heading", { name: title, exact: true }).waitFor();
    await composer.fill(prompt);
    await page.evaluate(() => performance.clearMarks());
    const before = await this.#pageTime();
    const cpuBefore = await this.#processTime();
    await composer.press("Enter");
    await this.#hearth.answers.last().waitFor();
    await this.#hearth.answered();
    const after = await this.#pageTime();
    const cpuAfter = await this.#processTime();
    const ms = await page.evaluate(async () => {
      // The end can be seen before the frame that shows the last text has been painted and marked.
      await new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
      });
      const at = (name: string): number =>
        performance.getEntriesByName(name).at(-1)?.startTime ?? 0;
      return at("bench-painted") - at("bench-sent");
    });
    const { messages } = await client.call("chats.get", { chatId: chat.id });
    const stats = messages.at(-1)?.stats;
    if (!stats) throw new Error("The answer has no counts.");
    if (ms <= 0) throw new Error("The page painted no answer.");
    return {
      ms,
      tokens: stats.tokens,
      page: {
        script: after.script - before.script,
        style: after.style - before.style,
        layout: after.layout - before.layout,
        all: after.all - before.all,
      },
      processes: {
        model: cpuAfter.model - cpuBefore.model,
        engine: cpuAfter.engine - cpuBefore.engine,
        host: cpuAfter.host - cpuBefore.host,
        page: cpuAfter.page - cpuBefore.page,
        raster: cpuAfter.raster - cpuBefore.raster,
        browser: cpuAfter.browser - cpuBefore.browser,
      },
    };
  }

  close(): void {
    this.#connection.close();
  }

  async #processTime(): Promise<ProcessTime> {
    const { processInfo } = await this.#browser.send("SystemInfo.getProcessInfo");
    const of = (type: string): number =>
      1000 *
      processInfo.filter((one) => one.type === type).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    return {
      page: of("renderer"),
      raster: of("GPU"),
      browser: of("browser"),
      model: await processorMs(this.#modelPid),
      engine: await processorMs(this.#connection.pid),
      host: await processorMs(this.#hearth.app.pid),
    };
  }

  async #pageTime(): Promise<PageTime> {
    const { metrics } = await this.#inspector.send("Performance.getMetrics");
    const of = (name: string): number =>
      1000 * (metrics.find((metric) => metric.name === name)?.value ?? 0);
    return {
      script: of("ScriptDuration"),
      style: of("RecalcStyleDuration"),
      layout: of("LayoutDuration"),
      all: of("TaskDuration"),
    };
  }
}

/** User and system time of a process so far; 0 where it cannot be seen. */
async function processorMs(pid: number): Promise<number> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name stands in brackets and may hold anything; times are in hundredths of a second.
  const parts = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(parts[11] ?? 0) + Number(parts[12] ?? 0));
}

/** From now on the page marks when Enter was pressed, and each paint that shows a longer answer. */
async function markPaints(page: Page): Promise<void> {
  await page.evaluate(() => {
    let waiting = false;
    let shown = "";
    // A message of its own comes behind the frame that it was posted in.
    const channel = new MessageChannel();
    channel.port1.addEventListener("message", () => performance.mark("bench-painted"));
    channel.port1.start();
    const look = (): void => {
      waiting = false;
      const answers = document.querySelectorAll('article[aria-label="Answer"]');
      const parts =
        answers
          .item(answers.length - 1)
          ?.querySelectorAll(":scope > :not(footer, [role=status])") ?? [];
      const text = [...parts].map((part) => part.textContent).join("");
      if (text !== shown && text !== "") channel.port2.postMessage(null);
      shown = text;
    };
    new MutationObserver(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(look);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Enter") performance.mark("bench-sent");
      },
      { capture: true },
    );
  });
}
