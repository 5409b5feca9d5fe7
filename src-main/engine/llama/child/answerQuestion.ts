import { checkKvTypes } from "./checkKvTypes.ts";
import { compareModels } from "./compareModels.ts";
import { findDevices } from "./devices.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import type { ChildAnswer, ChildQuestion } from "./protocol.ts";
import { quantizeModel } from "./quantizeModel.ts";
import { readText } from "./readText.ts";

/**
 * Answers what a process can be asked without a model being served.
 *
 * @param takeTurn for long work: lets go of the cores between two steps, and waits for them
 * @throws HearthError
 */
export async function answerQuestion(
  question: ChildQuestion,
  onProgress: (fraction: number) => void,
  takeTurn: () => Promise<void>,
): Promise<ChildAnswer> {
  if (question.kind === "kvTypes") {
    const { options, types } = question;
    return { kind: "kvTypes", verdicts: await checkKvTypes(options, types, onProgress) };
  }
  if (question.kind === "quantize") return await quantizeModel(question);
  if (question.kind === "compare")
    return { kind: "compare", comparison: await compareModels(question, onProgress) };
  if (question.kind === "readText")
    return { kind: "readText", readings: await readText(question, { onProgress, takeTurn }) };
  const { libraryFolder, libraryPlatform } = question;
  const { library } = openCheckedLibllama(libraryFolder, libraryPlatform);
  library.backendLoadAll(libraryFolder);
  library.backendInit();
  return { kind: "devices", devices: findDevices(library) };
}
