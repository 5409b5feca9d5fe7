import { HearthError, type ErrorData } from "../../contract/errors.ts";
import type { ChildExit } from "./ChildHandle.ts";

interface Known {
  readonly pattern: RegExp;
  readonly describe: (match: RegExpExecArray) => ErrorData;
}

const outOfMemory = (cause: string): ErrorData => ({
  code: "out-of-memory",
  title: "There is not enough memory for this model.",
  cause,
  suggestion:
    "Choose a smaller model or quantization, a shorter context, or close other applications.",
});

const damaged = (cause: string): ErrorData => ({
  code: "model-damaged",
  title: "The model file is damaged.",
  cause,
  suggestion: "Download the model again.",
});

const unsupported = (cause: string): ErrorData => ({
  code: "model-unsupported",
  title: "Hearth does not know this kind of model.",
  cause,
  suggestion: "Choose another model, or update Hearth.",
});

/** What llama.cpp says on stderr, most telling first, and what it means to a user. */
const known: readonly Known[] = [
  {
    pattern: /unknown model architecture: '([^']*)'/,
    describe: (match) => unsupported(`Its architecture is "${match[1]}".`),
  },
  {
    pattern: /unknown (?:pre-)?tokenizer(?: type)?: '([^']*)'/,
    describe: (match) => unsupported(`Its tokenizer is "${match[1]}".`),
  },
  {
    pattern:
      /unable to allocate|failed to allocate|out of memory|bad_alloc|cannot allocate memory|OutOfDeviceMemory/i,
    describe: (match) => outOfMemory(match.input.trim()),
  },
  {
    pattern: /failed to load model split|split.*(?:missing|not found)|illegal split file/i,
    describe: (match) => damaged(`A part of it is missing: ${match.input.trim()}`),
  },
  {
    pattern:
      /within the file bounds|corrupted|incomplete|invalid magic|failed to read|gguf_init_from|invalid (?:key|tensor|string|array|type|dimension)|missing tensor|wrong (?:number|shape|type)|key not found|duplicate/i,
    describe: (match) => damaged(match.input.trim()),
  },
];

/** The words for a load that failed, from what the process reported and what it wrote. */
export function describeLoadFailure(reported: ErrorData, lines: readonly string[]): HearthError {
  // The loader's words for a library that found no room in the address space.
  if (/failed to map segment|cannot allocate memory/i.test(reported.cause))
    return HearthError.fromData(outOfMemory(reported.cause));
  // Only a vague report is improved on; a precise one was made with more knowledge.
  if (reported.code !== "model-load-failed" && reported.code !== "internal")
    return HearthError.fromData(reported);
  return HearthError.fromData(fromLines(lines) ?? reported);
}

/** The words for a process that ended by itself. */
export function describeDeath(exit: ChildExit): HearthError {
  const lines = exit.lastLines;
  const memory = lines.some((line) => /out of memory|bad_alloc|cannot allocate memory/i.test(line));
  if (memory)
    return HearthError.fromData(outOfMemory("The process that ran the model had none left."));
  return new HearthError({
    code: "model-died",
    title: "The process that runs the model ended unexpectedly.",
    cause: [endWords(exit), lastWords(lines)].filter((text) => text !== "").join(" "),
    suggestion:
      "Send the message again: the model is loaded anew. If it happens again, choose a smaller model.",
  });
}

/** The words for a process that died while it loaded a model. */
export function describeLoadDeath(exit: ChildExit): HearthError {
  const found = fromLines(exit.lastLines);
  if (found) return HearthError.fromData(found);
  // Nobody else ends a process by force while it loads; a load that is cancelled is not described.
  if (exit.signal === "SIGKILL") {
    const cause = "The system ended its process by force, as it does when memory runs out.";
    return HearthError.fromData(outOfMemory(cause));
  }
  return new HearthError({
    code: "model-load-failed",
    title: "The model could not be loaded.",
    cause: [endWords(exit), lastWords(exit.lastLines)].filter((text) => text !== "").join(" "),
    suggestion: "The file may be damaged: download the model again, or choose another one.",
  });
}

function fromLines(lines: readonly string[]): ErrorData | null {
  for (const { pattern, describe } of known) {
    for (const line of lines.toReversed()) {
      // Sizes and settings are told in passing; only lines about an error count.
      if (!/error|fail|unable|invalid|corrupt|missing|bad_alloc|memory/i.test(line)) continue;
      const match = pattern.exec(line);
      if (match) return describe(match);
    }
  }
  return null;
}

const signalWords: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "Something ended it by force; often that is the system, when memory runs out.",
  SIGABRT: "It stopped itself because an internal check failed.",
  SIGSEGV: "It crashed.",
  SIGBUS: "It crashed: the model file may have changed or its disk may be gone.",
  SIGILL: "It used an instruction that this processor does not have.",
  SIGTERM: "Something asked it to end.",
};

function endWords({ code, signal }: ChildExit): string {
  if (signal) return `${signalWords[signal] ?? "It was ended."} (${signal})`;
  return code === null ? "It could not be started." : `It ended with exit code ${code}.`;
}

/** The line that says most, if any does. */
function lastWords(lines: readonly string[]): string {
  const line = lines.findLast((text) =>
    /GGML_ASSERT|abort|terminate called|what\(\)|Error:|ENOENT/.test(text),
  );
  return line ? `Its last words: ${line.trim()}` : "";
}
