import os from "node:os";
import path from "node:path";
import { HearthError } from "../../../contract/errors.ts";
import type { Libllama } from "./libllama.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import type { ChildAnswer, QuantizeQuestion } from "./protocol.ts";
import type { StructValue } from "./structLayouts.ts";

/** Rows are taken in pieces of at most so many bytes, however large a tensor is. */
const mostBufferBytes = 512 * 2 ** 20;

/**
 * Writes another quantization of a model. The library tells of each tensor on stderr, and of what went
 * wrong only there.
 *
 * @throws HearthError `internal` with no more than that it failed; `library-mismatch`
 */
export async function quantizeModel(
  question: QuantizeQuestion,
): Promise<Extract<ChildAnswer, { kind: "quantize" }>> {
  // Nobody waits for it word by word: what chats goes first. The threads that follow inherit it.
  os.setPriority(os.constants.priority.PRIORITY_LOW);
  const { library } = openCheckedLibllama(question.libraryFolder, question.libraryPlatform);
  library.backendLoadAll(question.libraryFolder);
  library.backendInit();
  // The library opens the new file by a narrow name, which on some systems takes plain letters only. So
  // it gets one without its folder.
  process.chdir(path.dirname(question.target));
  const begun = performance.now();
  const status = await run(library, question.source, path.basename(question.target), {
    ...library.quantizeDefaultParams(),
    nthread: question.threads,
    ftype: question.fileType,
    allow_requantize: true,
    dry_run: question.dryRun ?? false,
    max_buf_size: mostBufferBytes,
  });
  if (status !== 0)
    throw new HearthError({ code: "internal", title: "The quantizer gave up.", suggestion: "" });
  return {
    kind: "quantize",
    ms: performance.now() - begun,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function run(
  library: Libllama,
  source: string,
  target: string,
  params: StructValue<"llama_model_quantize_params">,
): Promise<number> {
  return new Promise((resolve, reject) => {
    library.modelQuantize.async(source, target, params, (error: Error | null, status: number) => {
      if (error) reject(error);
      else resolve(status);
    });
  });
}
