/**
 * Which folder may import which, as lint rules.
 *
 *   contract ← rpc ← engine, supervisor ← host, cli ← shell
 *   inside the engine: store, llama, models ← library, index ← retrieval ← rag ← chat
 *
 * A folder may always import from itself. `paths` (where the product's own files lie) stands
 * beside the contract. The tables list everything that is allowed; what they do not list is
 * forbidden.
 */
export const mayImport = {
  contract: [],
  paths: ["contract"],
  rpc: ["contract", "paths"],
  supervisor: ["contract", "paths", "rpc"],
  engine: ["contract", "paths", "rpc", "supervisor"],
  host: ["contract", "paths", "rpc", "supervisor"],
  cli: ["contract", "paths", "rpc", "supervisor", "host"],
  shell: ["contract", "paths", "rpc", "supervisor", "host"],
} as const satisfies Record<string, readonly string[]>;

/** What engine folders have in common (`core`), the way out (`egress`), and what keeps the truth. */
const ground = ["core", "egress", "store"] as const;
const models = [...ground, "llama", "models"] as const;
const documents = [...models, "library", "index"] as const;
const answers = [...documents, "retrieval", "rag", "chat"] as const;

/** The same for the folders of `src-main/engine/`. Files that lie directly in it may import all of them. */
export const engineMayImport = {
  egress: [],
  store: ["egress"],
  core: ["egress", "store"],
  api: ["core", "store"],
  llama: ["core", "egress"],
  models: [...ground, "llama"],
  storage: models,
  library: [...models, "index"],
  index: [...models, "library"],
  retrieval: documents,
  rag: [...documents, "retrieval"],
  chat: [...documents, "retrieval", "rag"],
  eval: answers,
  // Comparing models puts the questions of evaluations.
  bench: [...answers, "eval"],
  handlers: [...answers, "api", "eval", "bench", "storage"],
  // What drives a whole engine from outside.
  tests: [...answers, "api", "eval", "bench", "storage", "handlers"],
} as const satisfies Record<string, readonly string[]>;

/** Packages that one folder alone may import. */
export const packageHomes = [
  { packages: ["electron"], home: "src-main/shell" },
  { packages: ["koffi", "node-llama-cpp", "@node-llama-cpp"], home: "src-main/engine/llama" },
  { packages: ["@lancedb"], home: "src-main/engine/index" },
] as const;

type Rules = Record<string, ["error", { patterns: Pattern[] }]>;

interface Pattern {
  regex?: string;
  group?: string[];
  message: string;
}

/** One entry of the linter's `overrides`. */
export interface ImportOverride {
  files: string[];
  excludeFiles?: string[];
  rules: Rules;
}

/** The lint configuration's overrides: exactly one for each folder, because a later one replaces an earlier one. */
export function importDirectionOverrides(): ImportOverride[] {
  const overrides: ImportOverride[] = [];
  for (const [folder, allowed] of Object.entries(mayImport)) {
    if (folder === "contract") continue;
    overrides.push(override(`src-main/${folder}`, forbiddenAreas(folder, allowed)));
  }
  for (const [folder, allowed] of Object.entries(engineMayImport)) {
    const forbidden = others(engineMayImport, folder, allowed);
    overrides.push(
      override(`src-main/engine/${folder}`, [
        ...forbiddenAreas("engine", mayImport.engine),
        reaching("engine/", forbidden, `engine/${folder} may import only: ${list(allowed)}.`),
      ]),
    );
  }
  overrides.push(
    {
      files: ["src-main/contract/**"],
      excludeFiles: ["**/*.test.ts"],
      rules: restrict([
        {
          group: ["*", "!zod", "!./*"],
          message: "The contract imports zod and itself, nothing else.",
        },
      ]),
    },
    {
      files: ["src-renderer/**"],
      rules: restrict([
        ...fromRenderer(),
        { regex: "^node:", message: "The interface runs in a page: there is no Node." },
      ]),
    },
    {
      files: ["src-renderer/**/*.test.ts", "src-renderer/**/*.test.tsx"],
      rules: restrict(fromRenderer()),
    },
    { files: ["build/**", "e2e/**"], rules: restrict(forbiddenPackages("build")) },
  );
  return overrides;
}

function fromRenderer(): Pattern[] {
  const forbidden = Object.keys(mayImport).filter((name) => name !== "contract" && name !== "rpc");
  return [
    ...forbiddenPackages("src-renderer"),
    reaching("src-main/", forbidden, "The interface imports only contract and rpc from src-main."),
  ];
}

function override(folder: string, patterns: Pattern[]): ImportOverride {
  return {
    files: [`${folder}/**`],
    rules: restrict([...forbiddenPackages(folder), ...patterns]),
  };
}

function restrict(patterns: Pattern[]): Rules {
  return { "no-restricted-imports": ["error", { patterns }] };
}

function forbiddenAreas(folder: string, allowed: readonly string[]): Pattern[] {
  return [
    reaching(
      "src-main/",
      others(mayImport, folder, allowed),
      `${folder} may import only: ${list(allowed)}.`,
    ),
    {
      regex: "^(?:\\.\\./)+src-renderer/",
      message: "Nothing in src-main imports the interface.",
    },
  ];
}

function forbiddenPackages(folder: string): Pattern[] {
  return packageHomes
    .filter(({ home }) => folder !== home)
    .map(({ packages, home }) => ({
      regex: `^(?:${packages.join("|")})(?:/|$)`,
      message: `Only ${home} may import ${packages.join(", ")}.`,
    }));
}

/** Imports that climb out of their folder and go down into one of `folders`, with or without naming `parent` on the way. */
function reaching(parent: string, folders: readonly string[], message: string): Pattern {
  return { regex: `^(?:\\.\\./)+(?:src-main/)?(?:${parent})?(?:${folders.join("|")})/`, message };
}

function others(
  table: Record<string, readonly string[]>,
  folder: string,
  allowed: readonly string[],
): string[] {
  return Object.keys(table).filter((name) => name !== folder && !allowed.includes(name));
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "nothing beside itself" : names.join(", ");
}
