import { z } from "zod";
import type { Model } from "../../contract/models.ts";
import { readJson, writeJson } from "./atomicJson.ts";
import { movedPath } from "./folder/isInside.ts";

const pointSchema = z.object({
  at: z.number(),
  /** Which file it was, by its place and size. */
  path: z.string(),
  bytes: z.number(),
  predictedBytes: z.number().positive(),
  measuredBytes: z.number().positive(),
});
/** Of the formula: what another one foretold corrects nothing of this one. */
const formulaVersion = 2;
const fileSchema = z.object({
  version: z.literal(formulaVersion),
  points: z.array(pointSchema),
});
type Point = z.infer<typeof pointSchema>;

const keptPoints = 200;
/** Of one model so many last loads count, of all together so many. */
const ownPoints = 5;
const allPoints = 20;
/** Before so many loads nothing is said of models that were never loaded. */
const leastPoints = 3;
/** A single odd load must not make every estimate absurd. */
const bounds = { least: 0.8, most: 1.5 } as const;

/**
 * What loads foretold and really took, and what follows from it for the next estimate. Chats on the
 * processor only: what a graphics device holds the system does not tell by process.
 */
export class FitRecords {
  readonly #file: string;
  #points: Promise<Point[]> | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes a load. @param predictedBytes by the formula alone, without correction */
  async add(
    model: Pick<Model, "path" | "bytes">,
    predictedBytes: number,
    measuredBytes: number,
  ): Promise<void> {
    if (predictedBytes <= 0 || measuredBytes <= 0) return;
    const { path, bytes } = model;
    const points = [
      ...(await this.#read()),
      { at: Date.now(), path, bytes, predictedBytes, measuredBytes },
    ].slice(-keptPoints);
    this.#points = Promise.resolve(points);
    await writeJson(this.#file, { version: formulaVersion, points });
  }

  /**
   * By how much an estimate is to be multiplied: by the model's own loads, else by those of all.
   *
   * @param model null for one that is not here
   */
  async correction(model: Pick<Model, "path" | "bytes"> | null): Promise<number> {
    const points = await this.#read();
    const own = points.filter(({ path, bytes }) => path === model?.path && bytes === model.bytes);
    if (own.length > 0) return medianRatio(own.slice(-ownPoints));
    return points.length < leastPoints ? 1 : medianRatio(points.slice(-allPoints));
  }

  /** Files were moved, unchanged, from one folder to another. */
  async follow(from: string, to: string): Promise<void> {
    const points = (await this.#read()).map((point) => ({
      ...point,
      path: movedPath(point.path, from, to),
    }));
    this.#points = Promise.resolve(points);
    await writeJson(this.#file, { version: formulaVersion, points });
  }

  #read(): Promise<Point[]> {
    this.#points ??= readJson(this.#file, fileSchema).then((known) => known?.points ?? []);
    return this.#points;
  }
}

function medianRatio(points: readonly Point[]): number {
  const ratios = points
    .map(({ predictedBytes, measuredBytes }) => measuredBytes / predictedBytes)
    .toSorted((a, b) => a - b);
  const middle = ratios[Math.floor((ratios.length - 1) / 2)] ?? 1;
  return Math.min(bounds.most, Math.max(bounds.least, middle));
}
