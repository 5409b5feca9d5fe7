import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HearthError } from "../../../contract/errors.ts";
import type { HubQuery } from "../../../contract/hub.ts";
import { fakeRepository } from "../testing/fakeRepository.ts";
import { HubFolder } from "../testing/hubFolder.ts";
import { hubEndpoint, usualHub } from "./hubEndpoint.ts";
import { nextPage } from "./hubReplies.ts";
import { listQuantizations, quantizationOf } from "./quantizations.ts";

const anything: HubQuery & { limit: number } = {
  text: "",
  sort: "downloads",
  task: null,
  license: null,
  minParameters: null,
  maxParameters: null,
  limit: 20,
};

let folder: HubFolder;

beforeEach(async () => {
  folder = await HubFolder.open();
  const gguf = (total: number) => ({ total, architecture: "llama", context_length: 4096 });
  folder.hub.add(
    fakeRepository(
      "one/tiny-GGUF",
      { "tiny.Q4_K_M.gguf": "a" },
      { downloads: 5, likes: 90, gguf: gguf(135e6) },
    ),
    fakeRepository(
      "two/middle-GGUF",
      { "middle.Q4_K_M.gguf": "a", "README.md": "---\nlicense: mit\n---\n# Middle\n" },
      { downloads: 500, tags: ["gguf", "license:mit"], gguf: gguf(4e9), gated: "manual" },
    ),
    fakeRepository(
      "three/embed-GGUF",
      { "embed.F16.gguf": "a" },
      { downloads: 50, pipelineTag: "feature-extraction", gguf: gguf(22e6) },
    ),
    fakeRepository(
      "four/torch",
      { "model.safetensors": "a" },
      { tags: ["license:mit"], downloads: 9000 },
    ),
  );
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

async function names(change: Partial<HubQuery>): Promise<string[]> {
  const { models } = await folder.client.search({ ...anything, ...change }, null);
  return models.map(({ id }) => id);
}

async function failure(work: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await work.then(
    () => new Error("it passed"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HearthError)) throw error;
  return error;
}

describe("HubClient", () => {
  it("searches repositories with GGUF files alone, sorted and filtered", async () => {
    expect(await names({})).toEqual(["two/middle-GGUF", "three/embed-GGUF", "one/tiny-GGUF"]);
    expect((await names({ sort: "likes" }))[0]).toBe("one/tiny-GGUF");
    expect(await names({ text: "MIDDLE" })).toEqual(["two/middle-GGUF"]);
    expect(await names({ task: "feature-extraction" })).toEqual(["three/embed-GGUF"]);
    expect(await names({ license: "mit" })).toEqual(["two/middle-GGUF"]);
    expect(await names({ minParameters: 1e8, maxParameters: 1e9 })).toEqual(["one/tiny-GGUF"]);
  });

  it("turns pages by the hub's own links", async () => {
    const first = await folder.client.search({ ...anything, limit: 2 }, null);
    expect(first.models).toHaveLength(2);
    const second = await folder.client.search({ ...anything, limit: 2 }, first.next);
    expect(second.models.map(({ id }) => id)).toEqual(["one/tiny-GGUF"]);
    expect(second.next).toBeNull();
    const error = await failure(folder.client.search(anything, "https://evil.example/api/models"));
    expect(error.reason).toMatch(/its address is elsewhere/u);
  });

  it("gives the token to addresses of the hub as it is set now, and to no other", async () => {
    folder.token = "hf_known";
    const url = folder.client.fileUrl("one/tiny-GGUF", "main", "tiny.Q4_K_M.gguf");
    expect((await folder.client.access(url)).headers).toEqual({ authorization: "Bearer hf_known" });
    const elsewhere = url.replace("127.0.0.1", "127.0.0.2");
    expect(elsewhere).not.toBe(url);
    expect(await folder.client.access(elsewhere)).toEqual({ headers: {}, allowLoopback: false });
  });

  it("reads a tree of several pages whole", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 45 }, (_, index) => [
        `sub/model-${index}.Q4_0.gguf`,
        "x".repeat(index + 1),
      ]),
    );
    folder.hub.add(fakeRepository("many/files", files));
    folder.hub.treePage = 10;
    const entries = await folder.client.files("many/files", "main");
    expect(entries).toHaveLength(45);
    expect(entries.every(({ lfs }) => lfs !== undefined)).toBe(true);
  });

  it("reads the card without its front matter, and knows that there is none", async () => {
    const gated = await failure(folder.client.card("two/middle-GGUF", "main"));
    expect(gated.reason).toMatch(/accepted its terms/u);
    folder.token = "hf_known";
    folder.hub.tokens.set("hf_known", { mayReadGated: true });
    expect(await folder.client.card("two/middle-GGUF", "main")).toBe("# Middle");
    expect(await folder.client.card("one/tiny-GGUF", "main")).toBeNull();
  });

  it("says what a repository is, and that one is not there", async () => {
    expect(await folder.client.model("two/middle-GGUF")).toMatchObject({
      id: "two/middle-GGUF",
      gated: "manual",
      gguf: { total: 4e9 },
    });
    const error = await failure(folder.client.model("no/such"));
    expect(error.reason).toMatch(/no such model, or it is private/u);
  });

  it.each([
    [
      "a login page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>" },
      /web page instead/u,
    ],
    [
      "a page that calls itself JSON",
      { status: 200, body: "\n<!doctype html>" },
      /web page instead/u,
    ],
    ["something else", { status: 200, body: '{"error":"no"}' }, /does not understand/u],
    ["half an answer", { status: 200, body: '[{"id":"a/b"' }, /does not understand/u],
    ["HTTP 500", { status: 500 }, /trouble of its own/u],
    ["HTTP 429", { status: 429 }, /slow down/u],
  ])("gives a plain error for %s", async (_name, fault, words) => {
    folder.hub.faults = [{ on: "api", ...fault }];
    expect((await failure(folder.client.search(anything, null))).reason).toMatch(words);
  });

  it("asks nothing while Hearth is offline", async () => {
    folder.egress.setOffline(true);
    expect((await failure(folder.client.search(anything, null))).code).toBe("offline");
    expect(folder.hub.seen).toEqual([]);
  });

  it("has each request in the log, with its reason", async () => {
    await folder.client.model("one/tiny-GGUF");
    expect(folder.log.at(-1)).toMatchObject({ reason: "Look-up of one/tiny-GGUF", status: 200 });
  });
});

describe("listQuantizations", () => {
  const lfs = (size: number) => ({ oid: "a".repeat(64), size });
  const file = (path: string, size: number) => ({ type: "file", path, size, lfs: lfs(size) });

  it("takes the parts of a split model for one, and leaves out what is no model", () => {
    const { quantizations, refused } = listQuantizations([
      file("m-Q8_0-00002-of-00002.gguf", 5),
      file("m-Q8_0-00001-of-00002.gguf", 6),
      file("m-Q4_K_M.gguf", 7),
      file("mmproj-F16.gguf", 1),
      file("imatrix.gguf", 1),
      { type: "file", path: "README.md", size: 9 },
      { type: "file", path: "no-hash.Q4_0.gguf", size: 9 },
      file("lost-00001-of-00003.gguf", 4),
    ]);
    expect(
      quantizations.map(({ quantization, bytes, files }) => [quantization, bytes, files.length]),
    ).toEqual([
      ["Q4_K_M", 7, 1],
      ["Q8_0", 11, 2],
    ]);
    expect(quantizations[1]?.files[0]?.path).toBe("m-Q8_0-00001-of-00002.gguf");
    expect(refused.map(({ path }) => path)).toEqual([
      "no-hash.Q4_0.gguf",
      "lost-00001-of-00003.gguf",
    ]);
  });

  it.each([
    ["Qwen3-4B-Q4_K_M.gguf", "Q4_K_M"],
    ["model.q8_0.gguf", "Q8_0"],
    ["UD/model-UD-Q2_K_XL-00001-of-00002.gguf", "UD-Q2_K_XL"],
    ["model-IQ3_XXS.gguf", "IQ3_XXS"],
    ["BF16/model-00001-of-00004.gguf", "BF16"],
    ["gpt-oss-20b-mxfp4.gguf", "MXFP4"],
    ["plain.gguf", "plain"],
  ])("%s is %s", (path, quantization) => {
    expect(quantizationOf(path)).toBe(quantization);
  });
});

describe("hubEndpoint", () => {
  it("takes the setting, else HF_ENDPOINT, else the usual hub", () => {
    expect(hubEndpoint(null, {})).toBe(usualHub);
    expect(hubEndpoint(null, { HF_ENDPOINT: "https://mirror.example/hf/" })).toBe(
      "https://mirror.example/hf",
    );
    expect(hubEndpoint("http://127.0.0.1:9/", { HF_ENDPOINT: "https://mirror.example" })).toBe(
      "http://127.0.0.1:9",
    );
  });

  it.each([
    "http://mirror.example",
    "ftp://a.example",
    "https://user:pw@a.example",
    "nonsense",
    "https://a.example/?x=1",
  ])("refuses %s", (address) => {
    expect(() => hubEndpoint(address, {})).toThrow(HearthError);
  });
});

describe("nextPage", () => {
  it("reads the address of the next page alone", () => {
    expect(nextPage(null)).toBeNull();
    expect(nextPage('<https://a.example/x?cursor=1>; rel="next"')).toBe(
      "https://a.example/x?cursor=1",
    );
    expect(nextPage('<https://a/p>; rel="prev", <https://a/n>; rel=next')).toBe("https://a/n");
    expect(nextPage('<https://a/p>; rel="prev"')).toBeNull();
  });
});
