import fs from "node:fs/promises";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { toPgm, type GrayImage } from "./GrayImage.ts";
import type { OcrAssets } from "./ocrAssets.ts";
import { parseHocr, type SeenWord } from "./parseHocr.ts";

/** The part of Tesseract's C++ interface that is used here, as its WebAssembly build exposes it. */
interface TesseractApi {
  /** @returns 0 where it went well */
  Init(folder: string, languages: string, engineMode: number): number;
  SetVariable(name: string, value: string): boolean;
  SetPageSegMode(mode: number): void;
  /** Takes the picture in the file `/input`. @returns 0 where it went well */
  SetImageFile(orientation: number, angle: number): number;
  /** @returns 0 where it went well */
  Recognize(monitor: null): number;
  GetHOCRText(page: number): string;
  Clear(): void;
}

interface TesseractModule {
  FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
  TessBaseAPI: new () => TesseractApi;
}

type LoadTesseract = (options: {
  wasmBinary: Uint8Array;
  print: () => void;
  printErr: () => void;
  TesseractProgress: () => void;
}) => Promise<TesseractModule>;

/** The network of long short-term memory, the only engine in the build that is shipped. */
const lstmEngine = 1;
/** Finds columns and blocks by itself. */
const automaticPage = 3;
/** The data of a language unpacks to a few tens of megabytes at most. */
const mostLanguageBytes = 256 * 1024 * 1024;
const unpack = promisify(gunzip);

/** Tesseract in this thread, from files on disk alone: nothing is ever fetched. */
export class Tesseract {
  readonly #module: TesseractModule;
  readonly #api: TesseractApi;

  private constructor(module: TesseractModule, api: TesseractApi) {
    this.#module = module;
    this.#api = api;
  }

  /** @throws Error where a file is missing or the data of a language cannot be used */
  static async load(assets: OcrAssets): Promise<Tesseract> {
    // The module has no types; its parts that are used are named above.
    const load = createRequire(assets.coreScript)(assets.coreScript) as LoadTesseract;
    const module = await load({
      wasmBinary: await fs.readFile(assets.coreWasm),
      print: () => undefined,
      printErr: () => undefined,
      TesseractProgress: () => undefined,
    });
    for (const { name, file } of assets.languages) {
      module.FS.writeFile(`/${name}.traineddata`, await readLanguage(name, file));
    }
    const names = assets.languages.map(({ name }) => name);
    const api = new module.TessBaseAPI();
    if (api.Init("/", names.join("+"), lstmEngine) !== 0) {
      throw new Error(`Tesseract cannot use the language data of ${names.join(", ")}.`);
    }
    for (const name of names) module.FS.unlink(`/${name}.traineddata`);
    return new Tesseract(module, api);
  }

  /**
   * Words of a picture, in reading order. Blocks this thread: seconds for a page.
   *
   * @param dpi pixels per inch of the paper, as far as known
   */
  recognize(image: GrayImage, dpi: number): SeenWord[] {
    this.#module.FS.writeFile("/input", toPgm(image));
    this.#api.SetVariable("user_defined_dpi", String(Math.round(dpi)));
    this.#api.SetPageSegMode(automaticPage);
    try {
      if (this.#api.SetImageFile(0, 0) !== 0) throw new Error("Tesseract refused the picture.");
      if (this.#api.Recognize(null) !== 0) throw new Error("Tesseract gave the page up.");
      return parseHocr(this.#api.GetHOCRText(0));
    } finally {
      this.#api.Clear();
    }
  }
}

async function readLanguage(name: string, file: string): Promise<Uint8Array> {
  const bytes = await fs.readFile(file);
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!packed) return bytes;
  return await unpack(bytes, { maxOutputLength: mostLanguageBytes }).catch((error: unknown) => {
    throw new Error(`The language data of ${name} cannot be unpacked.`, { cause: error });
  });
}
