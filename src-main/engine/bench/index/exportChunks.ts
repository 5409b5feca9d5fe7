import { createWriteStream } from "node:fs";
import path from "node:path";
import { finished } from "node:stream/promises";
import { once } from "node:events";
import type { IndexBenchAnswer, IndexBenchTask } from "../../../contract/indexBench.ts";
import { ClusteredChunks } from "./clusteredChunks.ts";

/** Writes `vectors.f32` and `queries.f32` (rows of 32-bit floats) and `texts.txt` (a line each). */
export async function exportChunks(
  { dir, chunks, queries }: Extract<IndexBenchTask, { task: "export" }>,
  onProgress: (line: string) => void,
): Promise<IndexBenchAnswer<"export">> {
  const source = new ClusteredChunks(chunks);
  const vectors = createWriteStream(path.join(dir, "vectors.f32"));
  const texts = createWriteStream(path.join(dir, "texts.txt"));
  for (let number = 0; number < chunks; number += 1) {
    const { vector, text } = source.row(number);
    const hasRoom = vectors.write(bytesOf(vector));
    texts.write(`${text}\n`);
    if (!hasRoom) await once(vectors, "drain");
    if (number % 10_000 === 0) onProgress(`Writing for the others: ${number} of ${chunks}`);
  }
  const asked = createWriteStream(path.join(dir, "queries.f32"));
  for (let number = 0; number < queries; number += 1) {
    asked.write(bytesOf(source.query(number).vector));
  }
  for (const stream of [vectors, texts, asked]) {
    stream.end();
    await finished(stream);
  }
  return { rows: chunks };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
