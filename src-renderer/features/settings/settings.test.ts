import { describe, expect, it } from "vitest";
import type { Devices } from "../../../src-main/contract/devices.ts";
import type { Model } from "../../../src-main/contract/models.ts";
import type { Settings } from "../../../src-main/contract/settings.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { deviceOptions } from "./deviceOptions.ts";
import { idleChoiceOf } from "./idleChoices.ts";
import { isFullPath } from "../../lib/paths.ts";
import { countBelow, folderProblem, ownModelFolder } from "./modelFolders.ts";
import { draftOptions, rerankerOptions } from "./modelOptions.ts";
import { nameFaces } from "./nameFaces.ts";
import { parseWholeNumber } from "./wholeNumber.ts";

describe("parseWholeNumber", () => {
  it.each([
    ["8192", 8192],
    [" 8,192 ", 8192],
    ["8 192", 8192],
    ["8k", 8192],
    ["512", 512],
    ["1048576", 1_048_576],
    ["511", null],
    ["1048577", null],
    ["", null],
    ["-4096", null],
    ["4096 tokens", null],
    ["1e4", null],
  ])("%j is %j", (text, number) => {
    expect(parseWholeNumber(text, 512, 1_048_576)).toBe(number);
  });
});

describe("model folders", () => {
  it("tells full paths of every system from others", () => {
    for (const path of ["/data", "C:\\models", "d:/models", "\\\\server\\share"]) {
      expect(isFullPath(path)).toBe(true);
    }
    for (const path of ["models", "./models", "~/models", "C:models", ""]) {
      expect(isFullPath(path)).toBe(false);
    }
  });

  it("names Hearth's own folder with the separator of the home", () => {
    expect(ownModelFolder("/home/ada/.local/share/hearth")).toBe(
      "/home/ada/.local/share/hearth/models",
    );
    expect(ownModelFolder("/home/hearth/")).toBe("/home/hearth/models");
    expect(ownModelFolder("C:\\Users\\Ada\\hearth")).toBe("C:\\Users\\Ada\\hearth\\models");
  });

  it("counts files below a folder, not beside it", () => {
    const files = ["/data/a.gguf", "/data/deep/b.gguf", "/data2/c.gguf", "D:\\m\\d.gguf"];
    expect(countBelow("/data", files)).toBe(2);
    expect(countBelow("/data/", files)).toBe(2);
    expect(countBelow("D:\\m", files)).toBe(1);
    expect(countBelow("/", files)).toBe(3);
    expect(countBelow("/nowhere", files)).toBe(0);
  });

  it("refuses a folder that is relative or there already", () => {
    expect(folderProblem("models", [])).toBe("relative");
    expect(folderProblem("/data/", ["/data"])).toBe("known");
    expect(folderProblem("C:/m", ["C:\\m\\"])).toBe("known");
    expect(folderProblem("/data2", ["/data"])).toBeNull();
    expect(folderProblem("/", ["/data"])).toBeNull();
  });
});

describe("nameFaces", () => {
  const words = { app: "Desktop window", cli: "Command line" };
  const several = (name: string, count: number): string => `${name} ×${count}`;
  it("counts those of a kind, in the order they came", () => {
    expect(nameFaces(["app", "cli", "app"], words, several)).toBe(
      "Desktop window ×2, Command line",
    );
  });
  it("keeps the name of a kind it has no word for", () => {
    expect(nameFaces(["robot"], words, several)).toBe("robot");
    expect(nameFaces(["constructor"], words, several)).toBe("constructor");
    expect(nameFaces([], words, several)).toBe("");
  });
});

describe("devices to choose from", () => {
  const devices: Devices = {
    devices: [
      {
        id: "vulkan:Vulkan0",
        backend: "vulkan",
        name: "Vulkan0",
        description: "A card",
        kind: "graphics",
        memoryBytes: 8e9,
        freeBytes: 7e9,
        package: "linux-x64-vulkan",
      },
    ],
    packages: [],
    auto: "vulkan:Vulkan0",
  };
  const labels = (value: string, found: Devices | null) =>
    deviceOptions(value, found, getStrings()).map(({ label }) => label);

  it("are auto, the processor, and what is there", () => {
    expect(labels("auto", devices)).toEqual([
      "Auto",
      "Processor (CPU)",
      "A card (vulkan), 7 GB free",
    ]);
  });

  it("keep the one that is chosen while it is away", () => {
    expect(labels("vulkan:Vulkan0", null)).toEqual([
      "Auto",
      "Processor (CPU)",
      "vulkan:Vulkan0, not found now",
    ]);
  });
});

describe("draft models to choose from", () => {
  const file = (id: string, bytes: number, kind: Model["kind"] = "chat"): Model => ({
    id: id as Model["id"],
    name: id,
    path: `/models/${id}.gguf`,
    kind,
    architecture: "llama",
    parameters: 1,
    quantization: "Q4_1",
    bytes,
    contextLength: 2048,
    hasChatTemplate: true,
    source: "",
  });
  const models = [file("large", 9), file("small", 1), file("embedder", 1, "embedding")];
  const labels = (value: Settings["draftModel"]) =>
    draftOptions(value, models, getStrings()).map(({ label }) => label);

  it("are auto, none, and the chat models, the smallest first", () => {
    expect(labels("auto")).toEqual(["Auto", "None", "small", "large"]);
  });

  it("keep the one that is chosen while it is away", () => {
    expect(labels(file("gone", 1).id)).toEqual([
      "Auto",
      "None",
      "small",
      "large",
      "gone, not found now",
    ]);
  });

  it("for the order of what is found are automatic, none, and the rerankers", () => {
    const rerankers = [file("slow", 9, "reranker"), file("quick", 1, "reranker"), ...models];
    const options = rerankerOptions("auto", rerankers, getStrings());
    expect(options.map(({ label }) => label)).toEqual(["Automatic", "None", "quick", "slow"]);
  });
});

describe("idleChoiceOf", () => {
  it.each([
    [null, "never"],
    [0.05, "5"],
    [15, "15"],
    [30, "15"],
    [10_080, "60"],
  ])("%j minutes are %j", (minutes, choice) => {
    expect(idleChoiceOf(minutes)).toBe(choice);
  });
});
