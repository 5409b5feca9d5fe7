import { createCanvas } from "@napi-rs/canvas";
import { describe, expect, it } from "vitest";
import type { HearthError } from "../../../../contract/errors.ts";
import { pictureTypes, pointsPerPixel } from "../../../../contract/pictures.ts";
import { readBytes } from "../readBytes.ts";
import type { ReadPage } from "../Reader.ts";
import { pictureSize } from "./pictureSize.ts";

const canvas = createCanvas(150, 90);
canvas.getContext("2d").fillRect(10, 10, 100, 40);
const png = canvas.toBuffer("image/png");
const jpeg = canvas.toBuffer("image/jpeg", 80);
const webp = canvas.toBuffer("image/webp", 80);
const gif = canvas.toBuffer("image/gif");

/** A bitmap of 24 bits a pixel, rows padded to four bytes. */
function makeBmp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(54 + height * Math.ceil((width * 3) / 4) * 4);
  bytes.write("BM", "latin1");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(-height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

/** Exif fields that say: turn by a quarter before showing. */
const quarterTurn = Buffer.from(
  "ffe1002245786966000049492a0008000000010012010300010000000600000000000000",
  "hex",
);

async function read(bytes: Uint8Array, name: string): Promise<ReadPage[]> {
  const pages: ReadPage[] = [];
  const options = { pictures: true };
  await readBytes(Uint8Array.from(bytes), name, (page) => void pages.push(page), options);
  return pages;
}

async function failure(bytes: Uint8Array, name: string): Promise<HearthError> {
  return (await read(bytes, name).then(
    () => expect.fail("It was read."),
    (error: unknown) => error,
  )) as HearthError;
}

function withSize(width: number, height: number): Buffer {
  const bomb = Buffer.from(png);
  bomb.writeUInt32BE(width, 16);
  bomb.writeUInt32BE(height, 20);
  return bomb;
}

describe("pictures", () => {
  it.each([
    ["image/png", png],
    ["image/jpeg", jpeg],
    ["image/webp", webp],
    ["image/gif", gif],
    ["image/bmp", makeBmp(150, 90)],
  ] as const)("of %s are documents of one page", async (type, bytes) => {
    expect(pictureSize(bytes, type)).toEqual({ width: 150, height: 90, whole: true });
    const [page] = await read(bytes, "scan");
    expect(page).toMatchObject({ number: 1, text: "", content: "images", quality: 0 });
    expect(page?.width).toBeCloseTo(150 * pointsPerPixel);
  });

  it("of a camera that was held upright have the size in which they are shown", () => {
    const turned = Buffer.concat([jpeg.subarray(0, 2), quarterTurn, jpeg.subarray(2)]);
    expect(pictureSize(turned, "image/jpeg")).toMatchObject({ width: 90, height: 150 });
  });

  it("count by what they are, not by their name", async () => {
    expect(await read(png, "scan.pdf")).toHaveLength(1);
    const [page] = await read(Buffer.from("Plain words, in truth."), "scan.png");
    expect(page?.text).toBe("Plain words, in truth.");
  });
});

describe("hostile pictures", () => {
  it.each([
    ["of 0 bytes", Buffer.alloc(0), "file-empty", /0 bytes/u],
    ["PNG, cut off", png.subarray(0, png.length >> 1), "file-damaged", /too early/u],
    ["PNG, cut off within its head", png.subarray(0, 20), "file-damaged", /valid head/u],
    ["JPEG, cut off", jpeg.subarray(0, jpeg.length - 20), "file-damaged", /too early/u],
    ["JPEG, cut off within its head", jpeg.subarray(0, 30), "file-damaged", /valid head/u],
    ["WebP, cut off", webp.subarray(0, webp.length - 20), "file-damaged", /too early/u],
    ["GIF, cut off", gif.subarray(0, gif.length - 4), "file-damaged", /too early/u],
    ["BMP, cut off", makeBmp(150, 90).subarray(0, 40), "file-damaged", /too early/u],
    ["of 30,000 × 30,000 pixels", withSize(30_000, 30_000), "file-too-large", /30000 × 30000/u],
    ["of 2³¹ pixels in a row", withSize(2 ** 31 - 1, 2), "file-too-large", /million/u],
    ["without pixels", withSize(0, 10), "file-damaged", /valid head/u],
    [
      "named so, of noise",
      Buffer.from("01028081ff00fa90", "hex"),
      "file-type-unknown",
      /not text/u,
    ],
  ])("%s are refused with a plain reason", async (_name, bytes, code, reason) => {
    const error = await failure(bytes, "scan.png");
    expect(error).toMatchObject({ name: "HearthError", code });
    expect(error.reason).toMatch(reason);
    expect(error.suggestion).not.toBe("");
  });

  it("never make the reader of their head fail otherwise", () => {
    for (const type of pictureTypes) {
      for (const bytes of [png, jpeg, webp, gif, makeBmp(9, 9)]) {
        for (let length = 0; length < 80; length++) {
          expect(() => pictureSize(bytes.subarray(0, length), type)).not.toThrow();
        }
      }
    }
  });

  it("say that no language is chosen where none is", async () => {
    const reading = readBytes(Uint8Array.from(png), "scan.png", () => undefined);
    await expect(reading).rejects.toMatchObject({ code: "file-empty", title: "No text found." });
  });
});
