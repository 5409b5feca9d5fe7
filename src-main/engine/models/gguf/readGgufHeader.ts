import { open } from "node:fs/promises";
import { describeFileError } from "../../../contract/describeFileError.ts";
import { HearthError } from "../../../contract/errors.ts";
import { type ByteSource, fileSource } from "./ByteSource.ts";
import { FileCursor } from "./FileCursor.ts";
import { damagedModel, unsupportedModel } from "./ggufErrors.ts";
import { defaultAlignment, ggufMagic } from "./ggmlTypes.ts";
import { type GgufValue, readMetadata } from "./readMetadata.ts";
import { type GgufTensor, readTensors } from "./readTensors.ts";
import { recogniseOther } from "./recogniseOther.ts";

export type GgufHeader = {
  version: number;
  /** Bytes that each tensor's offset is a multiple of. */
  alignment: number;
  metadata: ReadonlyMap<string, GgufValue>;
  tensors: readonly GgufTensor[];
  /** Where the tensor data begins, in bytes from the start of the file. */
  dataOffset: number;
  fileBytes: number;
};

/** More than any real model has; a bound on what a hostile header can make us allocate. */
const maximumMetadataCount = 65_536;
const maximumTensorCount = 200_000;

/**
 * Reads the header of a GGUF file, version 2 or 3, little endian, and checks everything in it
 * against the size of the file, so that no native code has to be handed a header that lies. Reads
 * what it needs: token lists are stepped over and only counted.
 * @throws HearthError `model-damaged` or `model-unsupported`, saying what is wrong; `model-missing`
 * if there is no such file; `file-unreadable` if it may not be read; `cancelled`.
 */
export async function readGgufHeader(path: string, signal?: AbortSignal): Promise<GgufHeader> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw fileError(error);
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) throw unsupportedModel("It is a folder or a device, not a file.");
    return await readGgufHeaderFrom(fileSource(file), info.size, signal);
  } catch (error) {
    throw error instanceof HearthError ? error : fileError(error);
  } finally {
    await file.close();
  }
}

/**
 * As {@link readGgufHeader}, of a file that need not be here.
 * @throws HearthError `model-damaged`, `model-unsupported`, `cancelled`, and what the source throws
 */
export async function readGgufHeaderFrom(
  source: ByteSource,
  fileBytes: number,
  signal?: AbortSignal,
): Promise<GgufHeader> {
  const cursor = new FileCursor(source, fileBytes, signal);
  if (fileBytes === 0) throw damagedModel("The file is empty.");
  if (fileBytes < 4) throw damagedModel(`The file has only ${fileBytes} bytes.`);
  await cursor.need(4, "the file's mark");
  if (cursor.uint32() !== ggufMagic) throw await recogniseOther(cursor);
  await cursor.need(20, "the head of the header");
  const version = cursor.uint32();
  if ((version & 0xffff) === 0 && version !== 0) {
    throw unsupportedModel("It was made for big-endian computers.");
  }
  if (version !== 2 && version !== 3) throw unsupportedModel(`Its GGUF version is ${version}.`);
  const tensorCount = cursor.size();
  const metadataCount = cursor.size();
  checkCount("tensors", tensorCount, maximumTensorCount, cursor.remaining / 24);
  checkCount("metadata entries", metadataCount, maximumMetadataCount, cursor.remaining / 13);
  const metadata = await readMetadata(cursor, metadataCount);
  const alignment = readAlignment(metadata);
  const { tensors, dataOffset } = await readTensors(cursor, tensorCount, alignment);
  return { version, alignment, metadata, tensors, dataOffset, fileBytes };
}

function checkCount(what: string, count: number, maximum: number, possible: number): void {
  if (count > maximum || count > possible) {
    throw damagedModel(`Its header claims ${count} ${what}.`);
  }
}

function readAlignment(metadata: ReadonlyMap<string, GgufValue>): number {
  const value = metadata.get("general.alignment") ?? defaultAlignment;
  const isPowerOfTwo = typeof value === "number" && value > 0 && Number.isInteger(Math.log2(value));
  if (!isPowerOfTwo) {
    throw damagedModel(`Its alignment is ${JSON.stringify(value)}, which is not a power of two.`);
  }
  return value;
}

function fileError(error: unknown): HearthError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new HearthError(
      {
        code: "model-missing",
        title: "The model file is gone.",
        cause: "It was moved or deleted.",
        suggestion: "Download the model again, or put the file back.",
      },
      { cause: error },
    );
  }
  return new HearthError(
    {
      code: "file-unreadable",
      title: "The model file cannot be read.",
      cause: describeFileError(error),
      suggestion: "Check the file's permissions and the disk.",
    },
    { cause: error },
  );
}
