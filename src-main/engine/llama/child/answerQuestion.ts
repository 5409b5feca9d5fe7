import { checkKvTypes } from "./checkKvTypes.ts";
import { compareModels } from "./compareModels.ts";
import { findDevices } from "./devices.ts";
import { openCheckedLibllama } from "./libllamaGate.ts";
import type { ChildAnswer, ChildQuestion } from "./protocol.ts";
import { quantizeModel } from "./quantizeModel.ts";

/** Answers what a process can be asked without a model being served. @throws HearthError */
export async function answerQuestion(
  question: ChildQuestion,
  onProgress: (fraction: number) => void,
): Promise<ChildAnswer> {
  if (question.kind === "kvTypes") {
    const { options, types } = question;
    return { kind: "kvTypes", verdicts: await checkKvTypes(options, types, onProgress) };
  }
  if (question.kind === "quantize") return await quantizeModel(question);
  if (question.kind === "compare")
    return { kind: "compare", comparison: await compareModels(question, onProgress) };
  const { libraryFolder, libraryPlatform } = question;
  const { library } = openCheckedLibllama(libraryFolder, libraryPlatform);
  library.backendLoadAll(libraryFolder);
  library.backendInit();
  return { kind: "devices", devices: findDevices(library) };
}
