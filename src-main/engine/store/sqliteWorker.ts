import { parentPort, workerData } from "node:worker_threads";
import { toErrorData } from "../../contract/errors.ts";
import type { Database } from "./Database.ts";
import { openDatabase } from "./openDatabase.ts";
import {
  repositoryMethods,
  type FromWorker,
  type Repositories,
  type StoreRequest,
  type ToWorker,
  type WorkerInput,
} from "./protocol.ts";
import { apiKeyRepository } from "./repositories/apiKeys.ts";
import { benchRepository } from "./repositories/benchRuns.ts";
import { chatRepository } from "./repositories/chats.ts";
import { checkpointRepository } from "./repositories/checkpoints.ts";
import { collectionRepository } from "./repositories/collections.ts";
import { documentRepository } from "./repositories/documents.ts";
import { evalRepository } from "./repositories/evals.ts";
import { ingestJobRepository } from "./repositories/ingestJobs.ts";
import { quantRunRepository } from "./repositories/quantRuns.ts";
import { requestRepository } from "./repositories/requests.ts";
import { settingsRepository } from "./repositories/settings.ts";
import { fromSqlite } from "./sqliteError.ts";

/**
 * The thread that owns the database. Calls are run one after the other in the order in which they
 * come, so a call sees what all calls before it have written.
 */
function run(port: NonNullable<typeof parentPort>, input: WorkerInput): void {
  const tell = (message: FromWorker): void => port.postMessage(message);
  let db: Database;
  try {
    db = openDatabase(input.path, { onDamage: (place) => tell({ type: "damage", place }) });
  } catch (error) {
    tell({ type: "openFailed", error: toErrorData(error), detail: detailOf(error) });
    return;
  }
  const documents = documentRepository(db);
  const repositories: Repositories = {
    apiKeys: apiKeyRepository(db),
    bench: benchRepository(db),
    chats: chatRepository(db),
    checkpoints: checkpointRepository(db),
    collections: collectionRepository(db),
    documents,
    evals: evalRepository(db),
    jobs: ingestJobRepository(db, documents),
    quants: quantRunRepository(db),
    settings: settingsRepository(db),
    requests: requestRepository(db),
  };
  port.on("message", (message: ToWorker) => {
    if (message.type === "close") {
      db.close();
      tell({ type: "closed" });
      port.close();
      return;
    }
    const { id, request } = message;
    const start = performance.now();
    try {
      const value = execute(repositories, request);
      tell({ type: "reply", id, ms: performance.now() - start, value });
    } catch (thrown) {
      const error = fromSqlite(thrown, input.path);
      const ms = performance.now() - start;
      tell({ type: "error", id, ms, error: toErrorData(error), detail: detailOf(thrown) });
    }
  });
  tell({ type: "opened" });
}

function execute(repositories: Repositories, request: StoreRequest): unknown {
  const { repository, method, args } = request;
  const names: Record<string, true> = repositoryMethods[repository];
  if (!Object.hasOwn(names, method)) throw new TypeError(`No method ${repository}.${method}`);
  const methods = repositories[repository] as unknown as Record<
    string,
    (...args: readonly unknown[]) => unknown
  >;
  return methods[method]?.(...args);
}

function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

if (parentPort) run(parentPort, workerData as WorkerInput);
