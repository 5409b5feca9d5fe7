import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { apiServerReportSchema, type ApiServerReport } from "../../contract/apiServer.ts";
import { processPort } from "../../rpc/processPort.ts";
import type { Port } from "../../rpc/Port.ts";
import { childEnvironment } from "../../supervisor/childEnvironment.ts";

const keptLines = 12;
const keptLineLength = 500;

export interface ApiServerProcessOptions {
  /** The file of the API's process, and the Node binary that runs it. */
  readonly entryPath: string;
  readonly execPath: string;
  readonly port: number;
  /** Whether other computers may reach it. */
  readonly open: boolean;
  readonly onReport: (report: ApiServerReport) => void;
  /** Called once, with what it wrote last. */
  readonly onExit: (lastLines: readonly string[]) => void;
}

/** The process that answers programs over HTTP. It ends with the one that started it. */
export class ApiServerProcess {
  /** The way on which it asks the engine, as any face does. */
  readonly enginePort: Port;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #lines: string[] = [];

  constructor(options: ApiServerProcessOptions) {
    const { entryPath, execPath, port, open, onReport, onExit } = options;
    this.#child = spawn(
      execPath,
      [entryPath, "--port", String(port), ...(open ? ["--open"] : [])],
      {
        stdio: ["ignore", "ignore", "pipe", "ipc"],
        windowsHide: true,
        env: childEnvironment(process.env),
      },
    );
    this.enginePort = processPort(this.#child);
    const lastWords = Promise.withResolvers<void>();
    const { stderr } = this.#child;
    if (stderr) {
      createInterface({ input: stderr })
        .on("line", (line) => this.#keep(line))
        .on("close", lastWords.resolve);
    } else lastWords.resolve();
    this.#child.on("message", (message) => {
      if (typeof message !== "object" || message === null || !("report" in message)) return;
      const report = apiServerReportSchema.safeParse(message.report);
      if (report.success) onReport(report.data);
    });
    this.#exited = new Promise((resolve) => {
      const settle = (): void => {
        this.enginePort.close();
        onExit(this.#lines);
        resolve();
      };
      // "close" would say both at once, but never comes where this side has ended the channel.
      this.#child.once("exit", () => void lastWords.promise.then(settle));
      this.#child.on("error", (error) => {
        this.#keep(error.message);
        // A process that could not be started never exits.
        if (this.#child.pid === undefined) settle();
      });
    });
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Has it end what it is answering, and makes sure after the given time. */
  async end(graceMs: number): Promise<void> {
    this.enginePort.close();
    const timer = setTimeout(() => this.kill(), graceMs);
    try {
      await this.#exited;
    } finally {
      clearTimeout(timer);
    }
  }

  #keep(line: string): void {
    this.#lines.push(line.slice(0, keptLineLength));
    if (this.#lines.length > keptLines) this.#lines.shift();
  }
}
