import fs from "node:fs/promises";
import path from "node:path";

/** A language that text can be recognised in. */
export interface OcrLanguage {
  /** As Tesseract calls it: `eng`, `deu`, `chi_sim`. */
  name: string;
  /** Its trained data, packed by gzip or not. */
  file: string;
  /** Whether the user put it into the home folder. */
  added: boolean;
}

/** The files that recognising text needs, all on this computer. */
export interface OcrFiles {
  /** The loader of Tesseract's WebAssembly build, a CommonJS module. */
  coreScript: string;
  coreWasm: string;
  languages: Readonly<Record<string, string>>;
}

/** What a recognising thread loads. */
export type OcrAssets = Pick<OcrFiles, "coreScript" | "coreWasm"> & { languages: OcrLanguage[] };

const languageFile = /^([A-Za-z][A-Za-z0-9_]{1,40})\.traineddata(?:\.gz)?$/u;
/** Trained data that tells how a page lies, and no language. */
const noLanguage = new Set(["osd", "equ"]);

/** The folder of a home in which the user puts `NAME.traineddata` for more languages. */
export function languagesFolder(home: string): string {
  return path.join(home, "ocr");
}

/** Those that are shipped and those that were added. An added one goes before a shipped one. */
export async function findLanguages(shipped: OcrFiles, home: string): Promise<OcrLanguage[]> {
  const folder = languagesFolder(home);
  const found = new Map<string, OcrLanguage>();
  for (const [name, file] of Object.entries(shipped.languages)) {
    found.set(name, { name, file, added: false });
  }
  for (const entry of (await namesIn(folder)).toSorted()) {
    const name = languageFile.exec(entry)?.[1];
    if (name === undefined || noLanguage.has(name)) continue;
    found.set(name, { name, file: path.join(folder, entry), added: true });
  }
  return [...found.values()];
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** The chosen of the languages, in the order of choice; what is not there any more is passed over. */
export async function chosenAssets(
  shipped: OcrFiles,
  home: string,
  chosen: readonly string[],
): Promise<OcrAssets> {
  const known = new Map((await findLanguages(shipped, home)).map((one) => [one.name, one]));
  const languages = chosen.flatMap((name) => known.get(name) ?? []);
  return { coreScript: shipped.coreScript, coreWasm: shipped.coreWasm, languages };
}
