import type { GgufValue } from "../gguf/readMetadata.ts";
import { readGgufHeader, type GgufHeader } from "../gguf/readGgufHeader.ts";
import type { QuantPlan } from "./planQuantization.ts";
import { wrongResult } from "./quantizeErrors.ts";
import { quantKinds } from "./quantTypes.ts";

/** Keys that say how a file is made; all others have to be those of the source. */
const madeKeys = /^(?:general\.(?:file_type|quantization_version|alignment)|split\..*)$/u;

/**
 * Reads the header of a finished file and compares it with what was planned: every tensor with its name,
 * shape and type, every fact of the source, and that the file holds all that its header promises.
 *
 * @throws HearthError `model-damaged` that names the first difference
 */
export async function verifyResult(
  file: string,
  source: GgufHeader,
  plan: QuantPlan,
  signal: AbortSignal | undefined,
): Promise<void> {
  const header = await readGgufHeader(file, signal);
  const planned = new Map(plan.planned.map((tensor) => [tensor.name, tensor]));
  if (header.tensors.length !== planned.size) {
    throw wrongResult(`It holds ${header.tensors.length} tensors instead of ${planned.size}.`);
  }
  for (const tensor of header.tensors) {
    const expected = planned.get(tensor.name);
    if (!expected) throw wrongResult(`Nobody asked for its tensor ${tensor.name}.`);
    if (tensor.shape.join() !== expected.shape.join())
      throw wrongResult(`Its tensor ${tensor.name} has another shape.`);
    if (tensor.type !== expected.to) {
      throw wrongResult(`Its tensor ${tensor.name} is ${tensor.type} instead of ${expected.to}.`);
    }
  }
  if (header.metadata.get("general.file_type") !== quantKinds[plan.type].fileType)
    throw wrongResult("It does not say which quantization it is.");
  for (const [key, value] of source.metadata) {
    if (!madeKeys.test(key) && !isSame(value, header.metadata.get(key)))
      throw wrongResult(`It has lost or changed “${key}”.`);
  }
}

function isSame(one: GgufValue, other: GgufValue | undefined): boolean {
  const text = (value: GgufValue | undefined): string =>
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "bigint" ? `${part}n` : typeof part === "number" ? String(part) : part,
    ) ?? "";
  return text(one) === text(other);
}
