import Papa from "papaparse";
import { PartWriter } from "../parts/PartWriter.ts";
import type { Reader } from "../Reader.ts";
import { SheetWriter } from "../sheets/SheetWriter.ts";
import { decodeText } from "../text/decodeText.ts";
import { requireText } from "../text/parts.ts";

const rowsPerPiece = 1_000;

/**
 * Reads tables as text: CSV with any of the usual separators. Rows carry their column names. Places
 * are cells, counted as a spreadsheet that opens the file counts them.
 */
export const readCsv: Reader = async (bytes, onPage, { signal }) => {
  const text = decodeText(bytes);
  requireText(text);
  const { data: rows } = Papa.parse<string[]>(text, {
    delimitersToGuess: [",", ";", "\t", "|"],
    skipEmptyLines: false,
  });
  const writer = new PartWriter(onPage, { signal });
  // A file of rows has no name for its one sheet.
  const sheet = new SheetWriter(writer, "");
  for (const [at, row] of rows.entries()) {
    sheet.row(
      at + 1,
      row.map((cell, column) => ({ column: column + 1, text: cell })),
    );
    if (at % rowsPerPiece === rowsPerPiece - 1) await writer.drain();
  }
  sheet.end();
  const pageCount = await writer.finish("The table holds no text and no numbers.");
  return { mediaType: "text/csv", pageCount, paged: false };
};
