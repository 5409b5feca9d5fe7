import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import koffi from "koffi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nativeStructs } from "./libllama.ts";
import { structLayouts, structSizes, type FieldKind, type StructName } from "./structLayouts.ts";

/** Function pointers that the headers hide behind a typedef. */
const pointerTypedefs = new Set([
  "llama_progress_callback",
  "ggml_backend_sched_eval_callback",
  "ggml_abort_callback",
]);

/** Fields of a struct as its C declaration has them, in order. */
function parseStruct(header: string, name: string): [string, FieldKind][] {
  const code = header.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\/\/.*$/gm, "");
  const body = new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code)?.[1];
  if (body === undefined) throw new Error(`The header does not declare ${name}.`);
  return body
    .split(";")
    .map((declaration) => declaration.replace(/\s+/g, " ").trim())
    .filter((declaration) => declaration !== "")
    .map(parseField);
}

function parseField(declaration: string): [string, FieldKind] {
  const match = /^(.*?)\s*(\w+)(?:\[(\w+)\])?$/.exec(declaration);
  const [, type = "", field = "", length] = match ?? [];
  if (length !== undefined) {
    if (type !== "bool" || length !== "GGML_MAX_N_THREADS")
      throw new Error(`Unknown array: ${declaration}`);
    return [field, { array: "bool", length: 512 }];
  }
  if (type.includes("*") || pointerTypedefs.has(type)) return [field, "pointer"];
  if (type.startsWith("enum ")) return [field, "enum"];
  if (["int32_t", "uint32_t", "size_t", "float", "bool", "int"].includes(type))
    return [field, type as FieldKind];
  throw new Error(`Unknown type: ${declaration}`);
}

/** The source of the very release that the prebuilt libraries were made from comes with the package. */
describe("structLayouts", () => {
  let folder = "";
  let headers = "";

  beforeAll(() => {
    const places = createRequire(import.meta.url).resolve.paths("node-llama-cpp") ?? [];
    const bundle = places
      .map((place) => join(place, "node-llama-cpp", "llama", "gitRelease.bundle"))
      .find((path) => existsSync(path));
    if (bundle === undefined) throw new Error("node-llama-cpp is not installed.");
    folder = mkdtempSync(join(tmpdir(), "hearth-header-"));
    execFileSync("git", ["clone", "--quiet", "--bare", bundle, folder], { stdio: "ignore" });
    headers = ["include/llama.h", "ggml/include/ggml.h"]
      .map((path) =>
        execFileSync("git", ["-C", folder, "show", `HEAD:${path}`], {
          encoding: "utf8",
          maxBuffer: 1 << 24,
        }),
      )
      .join("\n");
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.keys(structLayouts) as StructName[])(
    "%s is as the release's header declares it",
    (name) => {
      expect(Object.entries<FieldKind>(structLayouts[name])).toEqual(parseStruct(headers, name));
    },
  );

  it("agrees with the header on the length of the processor mask", () => {
    expect(headers).toMatch(/#define GGML_MAX_N_THREADS\s+512\b/);
  });

  it.each(Object.keys(structLayouts) as StructName[])(
    "%s has the size that the gate expects",
    (name) => {
      expect(koffi.sizeof(nativeStructs[name])).toBe(structSizes[name]);
    },
  );
});
