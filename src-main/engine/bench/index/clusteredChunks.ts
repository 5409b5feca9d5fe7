import { benchDimensions } from "../../../contract/indexBench.ts";
import { chunkIdSchema, documentIdSchema } from "../../../contract/ids.ts";
import type { IndexRow } from "../../index/VectorIndex.ts";

const chunksPerDocument = 50;
const wordsPerChunk = 40;
const wordsPerQuery = 5;
/** Words of the whole language; the first are the most frequent. */
const vocabularySize = 30_000;
const wordsPerTopic = 60;
/** A table, because drawing each anew would take longer than indexing. */
const gaussians = 1 << 18;
/** Queries are numbered from here on, where there are no chunks. */
const firstQuery = 3_000_000_000;

/**
 * Chunks of a library that was never written: as many topics as the root of the chunks, each with a
 * centre and words of its own. A vector is its topic's centre and as much noise in all dimensions, which
 * leaves the neighbours within a topic nearly equally far; real passages are easier. Questions are made
 * in the same way and are none of the chunks. Everything follows from its number alone.
 */
export class ClusteredChunks {
  readonly #noise = new Float32Array(gaussians);
  readonly #centres: Float32Array;
  readonly #topics: number;

  constructor(chunks: number) {
    for (let at = 0; at < gaussians; at += 1) {
      const radius = Math.sqrt(-2 * Math.log(1 - unit(at, 1)));
      this.#noise[at] = radius * Math.cos(2 * Math.PI * unit(at, 2));
    }
    this.#topics = Math.max(1, Math.round(Math.sqrt(chunks)));
    this.#centres = new Float32Array(this.#topics * benchDimensions);
    for (let at = 0; at < this.#centres.length; at += 1) {
      this.#centres[at] = this.#noise[Math.floor(unit(at, 3) * gaussians)] ?? 0;
    }
  }

  row(number: number): IndexRow {
    return {
      chunkId: chunkIdSchema.parse(`c${number}`),
      documentId: documentIdSchema.parse(`d${Math.floor(number / chunksPerDocument)}`),
      version: 1,
      text: this.#words(number, wordsPerChunk, 0.5),
      vector: this.#vector(number),
    };
  }

  query(number: number): { text: string; vector: Float32Array } {
    const seed = firstQuery + number;
    return { text: this.#words(seed, wordsPerQuery, 0.6), vector: this.#vector(seed) };
  }

  #topicOf(seed: number): number {
    return Math.floor(unit(seed, 4) * this.#topics);
  }

  #vector(seed: number): Float32Array {
    const vector = new Float32Array(benchDimensions);
    const centre = this.#topicOf(seed) * benchDimensions;
    // Two stretches of the same noise, so that hardly any two chunks have the same.
    const first = Math.floor(unit(seed, 5) * (gaussians - benchDimensions));
    const second = Math.floor(unit(seed, 6) * (gaussians - benchDimensions));
    for (let at = 0; at < benchDimensions; at += 1) {
      const noise =
        ((this.#noise[first + at] ?? 0) + (this.#noise[second + at] ?? 0)) * Math.SQRT1_2;
      vector[at] = (this.#centres[centre + at] ?? 0) + noise;
    }
    return vector;
  }

  /** Words of which a share belongs to the topic; the others are as frequent as words are (Zipf). */
  #words(seed: number, count: number, ofTopic: number): string {
    const topic = this.#topicOf(seed);
    const words: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const chance = unit(seed, 10 + 3 * at);
      const pick = unit(seed, 11 + 3 * at);
      words.push(
        chance < ofTopic
          ? word(Math.floor(unit(topic, 7 + Math.floor(pick * wordsPerTopic)) * vocabularySize))
          : word(Math.floor(vocabularySize ** pick) - 1),
      );
    }
    return words.join(" ");
  }
}

const consonants = "bdfghklmnprstvz".split("");
const vowels = "aeiou".split("");
const syllables = consonants.flatMap((first) => vowels.map((second) => first + second));

/** A word that can be spoken, another one for each number. */
function word(number: number): string {
  let rest = number + syllables.length;
  let text = "";
  for (; rest > 0; rest = Math.floor(rest / syllables.length)) {
    text += syllables[rest % syllables.length];
  }
  return `${text}n`;
}

/** A number from 0 to 1 that looks random and follows from two others. */
function unit(seed: number, stream: number): number {
  let mixed = Math.imul(seed ^ Math.imul(stream + 1, 0x9e3779b9), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16) ^ stream, 0x27d4eb2f);
  mixed ^= mixed >>> 15;
  return (mixed >>> 0) / 2 ** 32;
}
