import { Copy } from "lucide-react";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { en } from "../lib/strings/en.ts";
import {
  Button,
  CitationMark,
  EmptyState,
  IconButton,
  InlineError,
  ListRow,
  Progress,
  ReasoningBlock,
  Skeleton,
  Switch,
  Table,
  type TableColumn,
  TextField,
  UiProvider,
} from "./index.ts";
import { sortRows } from "./Table.tsx";

const nothing = (): void => undefined;
const render = (node: ReactNode): string => renderToStaticMarkup(<UiProvider>{node}</UiProvider>);

describe("parts", () => {
  it("keep focus while busy: not disabled, but marked, and saying what goes on", () => {
    const html = render(
      <Button busy busyLabel="Saving…">
        Save
      </Button>,
    );
    expect(html).toMatch(/<button[^>]*aria-disabled="true"[^>]*aria-busy="true"/);
    expect(html).not.toContain(' disabled=""');
    expect(html).toContain("Saving…");
  });

  it("name an icon button and its keys", () => {
    const html = render(<IconButton icon={Copy} label="Copy" shortcut="Mod+Shift+C" />);
    expect(html).toContain('aria-label="Copy"');
    expect(html).toContain('aria-keyshortcuts="Control+Shift+C"');
  });

  it("tie label, value and error of a field together", () => {
    const html = render(
      <TextField label="Name" value="x" onChange={nothing} hint="A hint" error="Too short." />,
    );
    const id = /<input[^>]* id="([^"]+)"/.exec(html)?.[1];
    const note = /aria-describedby="([^"]+)"/.exec(html)?.[1];
    expect(html).toContain(`for="${id}"`);
    expect(html).toContain('aria-invalid="true"');
    expect(html).toMatch(new RegExp(`id="${note}"[^>]*>.*Too short\\.`));
    expect(html).not.toContain("A hint");
  });

  it("tell progress in numbers and words, and no numbers when there are none", () => {
    const html = render(<Progress label="Getting the model" fraction={0.268} detail="12 MB/s" />);
    expect(html).toContain('aria-valuenow="26"');
    expect(html).toContain('aria-valuetext="26%, 12 MB/s"');
    const open = render(<Progress label="Loading the model" fraction={null} />);
    expect(open).not.toContain("aria-valuenow");
    expect(open).toContain("Loading the model");
    expect(render(<Progress label="x" fraction={7} />)).toContain('aria-valuenow="100"');
  });

  it("show of an error what, why and what to do, with the code folded", () => {
    const html = render(
      <InlineError
        error={{
          code: "file-encrypted",
          title: "This PDF is locked.",
          cause: "It has a password.",
          suggestion: "Type its password to read it, or use `hearth ingest --password`.",
        }}
        details="<b>raw</b>"
      />,
    );
    for (const part of [
      "This PDF is locked.",
      "It has a password.",
      "Type its password to read it, or use <code>hearth ingest --password</code>.",
    ]) {
      expect(html).toContain(part);
    }
    expect(html).toMatch(/<details[^>]*><summary>Details<\/summary><pre>Code: file-encrypted/);
    expect(html).not.toContain("<details open");
    expect(html).toContain("&lt;b&gt;raw");
  });

  it("fold reasoning and say how long it took", () => {
    const folded = render(
      <ReasoningBlock text="A secret" live={false} durationMs={4_200} onOpenLink={nothing} />,
    );
    expect(folded.replaceAll("\u00a0", " ")).toContain("Thought for 4 s");
    expect(folded).toContain('aria-expanded="false"');
    expect(folded).not.toContain("A secret");
    expect(render(<ReasoningBlock text="" live onOpenLink={nothing} />)).toContain("Thinking");
  });

  it("announce waiting, selection, state and citations", () => {
    expect(render(<Skeleton label="Loading the chat" />)).toMatch(
      /role="status".*Loading the chat/,
    );
    expect(render(<ListRow title="Chat" selected onSelect={nothing} />)).toContain(
      'aria-current="true"',
    );
    expect(render(<Switch label="Stay offline" checked onChange={nothing} />)).toMatch(
      /role="switch"[^>]*aria-checked="true"/,
    );
    expect(
      render(<CitationMark number={2} label="Citation 2: a.pdf, page 3" onOpen={nothing} />),
    ).toContain('aria-label="Citation 2: a.pdf, page 3"');
    expect(render(<EmptyState title="No documents yet" />)).toContain("No documents yet");
  });
});

describe("Table", () => {
  interface Row {
    readonly name: string;
    readonly size: number;
  }
  const columns: readonly TableColumn<Row>[] = [
    { id: "name", header: "Name", cell: (row) => row.name, sortValue: (row) => row.name },
    { id: "size", header: "Size", cell: (row) => row.size, sortValue: (row) => row.size },
    { id: "get", header: "Get", hideHeader: true, cell: () => "Get" },
  ];
  const rows: readonly Row[] = [
    { name: "Q10", size: 3 },
    { name: "q2", size: 3 },
    { name: "Ä1", size: 1 },
  ];
  const names = (sorted: readonly Row[]): string[] => sorted.map((row) => row.name);

  it("sorts texts as people do, numbers as numbers, and keeps equal rows in order", () => {
    const by = (columnId: string, direction: "ascending" | "descending"): string[] =>
      names(sortRows(rows, columns, { columnId, direction }));
    expect(by("name", "ascending")).toEqual(["Ä1", "q2", "Q10"]);
    expect(by("size", "ascending")).toEqual(["Ä1", "Q10", "q2"]);
    expect(by("size", "descending")).toEqual(["Q10", "q2", "Ä1"]);
    expect(by("get", "ascending")).toEqual(names(rows));
    expect(names(rows)).toEqual(["Q10", "q2", "Ä1"]);
  });

  it("says how it is sorted and what it lacks", () => {
    const html = render(
      <Table
        caption="Models"
        columns={columns}
        rows={[]}
        rowKey={(row) => row.name}
        initialSort={{ columnId: "size", direction: "descending" }}
        empty="No models yet"
      />,
    );
    expect(html.match(/aria-sort="\w+"/g)).toEqual(['aria-sort="none"', 'aria-sort="descending"']);
    expect(html).toContain("No models yet");
  });
});

describe("the catalogue", () => {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    if (typeof value === "function") return [String(value)];
    return value !== null && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
  };

  it("speaks plainly", () => {
    for (const text of texts(en)) {
      expect(text).not.toMatch(/oops|something went wrong|invalid input|please|sorry|!\s*$/i);
      expect(text).not.toMatch(/\p{Extended_Pictographic}/u);
    }
  });
});
