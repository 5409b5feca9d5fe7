import type { Page } from "@playwright/test";

/** A stretch of the window, in CSS pixels. */
export interface Clip {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What is really painted there: the mean of red, green and blue, 0 to 255 each. */
export async function meanColor(page: Page, clip: Clip): Promise<[number, number, number]> {
  const picture = (await page.screenshot({ clip })).toString("base64");
  return await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    if (!context) throw new Error("There is no canvas.");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const sums: [number, number, number] = [0, 0, 0];
    for (let at = 0; at < data.length; at += 4) {
      sums[0] += data[at] ?? 0;
      sums[1] += data[at + 1] ?? 0;
      sums[2] += data[at + 2] ?? 0;
    }
    const count = data.length / 4;
    return [sums[0] / count, sums[1] / count, sums[2] / count];
  }, picture);
}
