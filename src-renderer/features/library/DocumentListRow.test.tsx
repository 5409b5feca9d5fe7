import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { documentSchema, type DocumentRow } from "../../../src-main/contract/documents.ts";
import { UiProvider } from "../../ui/index.ts";
import { DocumentListRow, type RowActions } from "./DocumentListRow.tsx";

const nothing = (): void => undefined;
const actions: RowActions = {
  choose: nothing,
  remove: nothing,
  editTags: nothing,
  unlock: nothing,
  showDuplicates: nothing,
  collectionItems: () => [],
};

/** The second line of the row of a document that waits for its turn. */
function detailOf(name: string, known: Partial<DocumentRow> = {}): string | undefined {
  const parsed = documentSchema.parse({
    id: "a",
    name,
    path: `/docs/${name}`,
    mediaType: "",
    bytes: 0,
    status: "queued",
    stage: "waiting",
    done: 0,
    total: 0,
    rate: 0,
    pages: null,
    chunks: 0,
    addedAt: 1,
  });
  const html = renderToStaticMarkup(
    <UiProvider>
      <DocumentListRow
        row={{ ...parsed, ...known }}
        index={0}
        count={1}
        top={0}
        chosen={false}
        active
        choosing={false}
        copies={1}
        actions={actions}
        measure={null}
      />
    </UiProvider>,
  );
  return /<span class="[^"]*detail[^"]*">([^<]*)</u.exec(html)?.[1];
}

it("a waiting document has a second line before its size is known, and keeps it after", () => {
  expect(detailOf("ferry.pdf")).toBe("PDF");
  expect(detailOf("Makefile")).toBe("File");
  expect(detailOf("ferry.pdf", { bytes: 2_000_000 })).toBe("PDF · 2 MB");
});
