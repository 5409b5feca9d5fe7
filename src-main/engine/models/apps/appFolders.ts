import os from "node:os";
import path from "node:path";
import type { AppModel } from "../../../contract/hub.ts";

export interface AppFolder {
  app: AppModel["app"];
  folder: string;
}

/** Where other programs keep models on this system by default, whether or not it is there. */
export function appFolders(
  home = os.homedir(),
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AppFolder[] {
  const inside = (base: string | undefined, ...parts: string[]): string[] =>
    base === undefined || base === "" ? [] : [path.join(base, ...parts)];
  const support = path.join(home, "Library", "Application Support");
  const { APPDATA: roaming, LOCALAPPDATA: local, OLLAMA_MODELS: ollama } = environment;
  const config = environment["XDG_CONFIG_HOME"] || path.join(home, ".config");
  const data = environment["XDG_DATA_HOME"] || path.join(home, ".local", "share");
  const jan =
    platform === "darwin"
      ? [path.join(support, "Jan", "data")]
      : platform === "win32"
        ? inside(roaming, "Jan", "data")
        : [path.join(config, "Jan", "data"), path.join(data, "Jan", "data")];
  const gpt4all =
    platform === "darwin"
      ? [path.join(support, "nomic.ai", "GPT4All")]
      : platform === "win32"
        ? inside(local, "nomic.ai", "GPT4All")
        : [path.join(data, "nomic.ai", "GPT4All")];
  const ollamaFolders = [
    ...inside(ollama),
    path.join(home, ".ollama", "models"),
    // Its service on Linux has a home of its own.
    ...(platform === "linux" ? ["/usr/share/ollama/.ollama/models"] : []),
  ];
  const all = (app: AppModel["app"], folders: readonly string[]): AppFolder[] =>
    folders.map((folder) => ({ app, folder }));
  return [
    ...all("LM Studio", [
      path.join(home, ".lmstudio", "models"),
      path.join(home, ".cache", "lm-studio", "models"),
    ]),
    ...all("Jan", jan),
    ...all("GPT4All", gpt4all),
    ...all("Ollama", ollamaFolders),
  ];
}
