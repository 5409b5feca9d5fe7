import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { serverSchema, type Server } from "../../../src-main/contract/servers.ts";
import { en } from "../../lib/strings/en.ts";
import { UiProvider } from "../../ui/UiProvider.tsx";
import { describeServer, describeServerModel } from "./describeServer.ts";
import { ServerCard } from "./ServerCard.tsx";

const attic: Server = serverSchema.parse({
  id: "a",
  name: "Attic",
  url: "http://attic:8080",
  host: "attic:8080",
  kind: "vllm",
  key: "held",
  documentsAllowed: false,
  plainHttpAllowed: false,
  contextTokens: null,
  counting: "estimate",
  models: [
    {
      name: "lantern-7b",
      kind: "chat",
      contextTokens: 4096,
      contextFrom: "assumed",
      tools: "unknown",
      embeddings: "no",
    },
  ],
  probedAt: 1,
  health: { status: "well", checkedAt: 1, error: null, nextCheckAt: null },
});

function textOf(server: Server): string {
  const html = renderToStaticMarkup(
    <UiProvider>
      <ServerCard server={server} chatModelId={null} />
    </UiProvider>,
  );
  return html.replaceAll(/<[^>]+>/gu, " ").replaceAll(/\s+/gu, " ");
}

describe("a server", () => {
  it("is told with what is not known of it", () => {
    expect(describeServer(attic, en)).toBe(
      "http://attic:8080 · vLLM · key held until Hearth ends: this computer has no key store · tokens are estimated, rather too many",
    );
    expect(describeServerModel(attic.models[0]!, en)).toBe(
      "4,096 tokens of context (assumed: it does not say) · tools not known",
    );
  });

  it("says in words whether it answers, and whether documents may go there", () => {
    expect(textOf(attic)).toContain("Answers");
    expect(textOf(attic)).toContain("Text of your documents stays on this computer");
    const allowed = textOf({ ...attic, documentsAllowed: true });
    expect(allowed).toContain("the passages that stand in the prompt are sent to it");
  });

  it("that fails says why, and when it is looked at again", () => {
    const error = {
      code: "unavailable" as const,
      title: "Your server attic:8080 could not be reached.",
      cause: "It refused the connection.",
      suggestion: "Start it.",
    };
    const nextCheckAt = new Date(2026, 10, 27, 9, 5, 7).getTime();
    const failing = textOf({
      ...attic,
      health: { status: "failing", checkedAt: 1, error, nextCheckAt },
    });
    for (const words of ["Does not answer", error.title, "Start it.", "9:05:07"]) {
      expect(failing).toContain(words);
    }
  });

  it("may offer nothing", () => {
    expect(textOf({ ...attic, models: [] })).toContain("It offers no models.");
  });
});
