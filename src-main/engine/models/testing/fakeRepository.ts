import { createHash } from "node:crypto";

/** A model repository as the fake hub holds it. */
export interface FakeRepository {
  /** `owner/name` */
  id: string;
  /** Commit that its branch `main` points to. */
  sha: string;
  /** By path in the repository; `.gguf` and `.safetensors` lie in large file storage. */
  files: Map<string, Buffer>;
  gated: false | "auto" | "manual";
  tags: string[];
  pipelineTag: string;
  downloads: number;
  likes: number;
  lastModified: string;
  /** What the hub read out of the GGUF headers; absent where there are none. */
  gguf?: { total: number; architecture: string; context_length: number };
  /** What the hub says that a file hashes to, where that is not the truth. */
  statedSha256?: Map<string, string>;
}

/** A repository with the given files and usual values for the rest. */
export function fakeRepository(
  id: string,
  files: Record<string, Buffer | string>,
  change: Partial<Omit<FakeRepository, "id" | "files">> = {},
): FakeRepository {
  return {
    id,
    sha: createHash("sha1").update(id).digest("hex"),
    files: new Map(
      Object.entries(files).map(([path, content]) => [
        path,
        typeof content === "string" ? Buffer.from(content) : content,
      ]),
    ),
    gated: false,
    tags: ["gguf", "license:apache-2.0", "region:us"],
    pipelineTag: "text-generation",
    downloads: 100,
    likes: 10,
    lastModified: "2026-05-01T10:00:00.000Z",
    ...change,
  };
}

export function isLargeFile(path: string): boolean {
  return /\.(?:gguf|safetensors)$/iu.test(path);
}

export const sha256Of = (content: Buffer): string =>
  createHash("sha256").update(content).digest("hex");

/** What `/api/models` says of a repository, with the asked-for fields where any were asked for. */
export function modelEntry(
  repository: FakeRepository,
  expand: readonly string[],
): Record<string, unknown> {
  const license = repository.tags
    .find((tag) => tag.startsWith("license:"))
    ?.slice("license:".length);
  const all: Record<string, unknown> = {
    author: repository.id.split("/")[0],
    sha: repository.sha,
    lastModified: repository.lastModified,
    private: false,
    disabled: false,
    gated: repository.gated,
    downloads: repository.downloads,
    likes: repository.likes,
    tags: repository.tags,
    pipeline_tag: repository.pipelineTag,
    cardData: license === undefined ? {} : { license },
    siblings: [...repository.files.keys()].map((rfilename) => ({ rfilename })),
    ...(repository.gguf ? { gguf: repository.gguf } : {}),
  };
  const named = { _id: `id of ${repository.id}`, id: repository.id, modelId: repository.id };
  if (expand.length === 0) return { ...named, ...all };
  const chosen = Object.entries(all).filter(([key]) => expand.includes(key));
  return { ...named, ...Object.fromEntries(chosen) };
}

/** The entries of `/api/models/{id}/tree/{revision}?recursive=true`: folders, and files with their LFS oid. */
export function treeEntries(repository: FakeRepository): Record<string, unknown>[] {
  const folders = new Set<string>();
  const entries = [...repository.files].map(([path, content]) => {
    const folder = path.split("/").slice(0, -1).join("/");
    if (folder !== "") folders.add(folder);
    const blob = createHash("sha1").update(`blob ${content.length}\0`).update(content);
    const oid = repository.statedSha256?.get(path) ?? sha256Of(content);
    return {
      type: "file",
      oid: blob.digest("hex"),
      size: content.length,
      path,
      ...(isLargeFile(path) ? { lfs: { oid, size: content.length, pointerSize: 134 } } : {}),
    };
  });
  const directories = [...folders].map((path) => ({
    type: "directory",
    oid: createHash("sha1").update(path).digest("hex"),
    size: 0,
    path,
  }));
  return [...directories, ...entries];
}

const sortKeys: Record<string, (repository: FakeRepository) => number> = {
  downloads: ({ downloads }) => downloads,
  likes: ({ likes }) => likes,
  trendingScore: ({ likes }) => likes,
  lastModified: ({ lastModified }) => Date.parse(lastModified),
  createdAt: ({ lastModified }) => Date.parse(lastModified),
};

/** The repositories that a query of `/api/models` finds, sorted as it asks. */
export function findRepositories(
  repositories: Iterable<FakeRepository>,
  query: URLSearchParams,
): FakeRepository[] {
  const search = query.get("search")?.toLowerCase() ?? "";
  const task = query.get("pipeline_tag");
  const tags = query.getAll("filter").flatMap((filter) => filter.split(","));
  const range = /^min:([\d.]+[KMB]?),max:([\d.]+[KMB]?)$/u.exec(query.get("num_parameters") ?? "");
  const found = [...repositories].filter(
    (repository) =>
      repository.id.toLowerCase().includes(search) &&
      (task === null || repository.pipelineTag === task) &&
      tags.every((tag) => repository.tags.includes(tag)) &&
      (range === null ||
        (repository.gguf !== undefined &&
          repository.gguf.total >= parameters(range[1]) &&
          repository.gguf.total <= parameters(range[2]))),
  );
  const key = sortKeys[query.get("sort") ?? "trendingScore"] ?? (() => 0);
  return found.toSorted((a, b) => key(b) - key(a));
}

function parameters(text: string | undefined): number {
  const units: Record<string, number> = { K: 1e3, M: 1e6, B: 1e9 };
  return Number.parseFloat(text ?? "0") * (units[text?.at(-1) ?? ""] ?? 1);
}
