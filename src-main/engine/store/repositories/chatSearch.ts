import type { ChatId } from "../../../contract/ids.ts";
import type { Database } from "../Database.ts";
import { decodeText } from "../encodeText.ts";
import { fold, foldedWords, snippetAround } from "../fold.ts";
import type { ChatSearchResult } from "../records.ts";

/** A query is what someone typed; further words hardly narrow it. */
const mostWords = 16;

/**
 * Chats whose title and messages together hold all words of the query. A word of three characters
 * or more is looked up in the trigram index; a shorter one has no trigram, so the texts are read.
 */
export function searchChats(db: Database, query: string, limit: number): ChatSearchResult[] {
  const words = foldedWords(query).slice(0, mostWords);
  if (words.length === 0) return [];
  const [first, ...others] = words.map((word) => chatRowsWith(db, word));
  const rows = [...(first ?? [])].filter((row) => others.every((found) => found.has(row)));
  return db
    .all(
      `SELECT id, title FROM chats
       WHERE row IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL
       ORDER BY sequence DESC LIMIT ?`,
      JSON.stringify(rows),
      limit,
    )
    .map((row) => {
      const chatId = row["id"] as ChatId;
      const title = decodeText(row["title"] as string);
      return { chatId, title, snippet: snippetOf(db, chatId, title, words) };
    });
}

function chatRowsWith(db: Database, word: string): Set<number> {
  const isIndexed = Array.from(word).length >= 3;
  const condition = isIndexed ? "chat_texts MATCH ?" : "instr(folded, ?) > 0";
  const value = isIndexed ? `"${word.replaceAll('"', '""')}"` : word;
  const rows = db.all(
    `SELECT -rowid AS row FROM chat_texts WHERE ${condition} AND rowid < 0
     UNION
     SELECT chats.row FROM chat_texts
       JOIN messages ON messages.row = chat_texts.rowid
       JOIN chats ON chats.id = messages.chat_id
     WHERE ${condition}`,
    value,
    value,
  );
  return new Set(rows.map((row) => row["row"] as number));
}

/** From the newest text that holds most of the words; the title where no text holds any. */
function snippetOf(db: Database, chatId: ChatId, title: string, words: string[]): string {
  let best = { text: title, word: words[0] ?? "", found: 0 };
  for (const row of db.all(
    "SELECT text FROM messages WHERE chat_id = ? AND status <> 'streaming' ORDER BY row DESC",
    chatId,
  )) {
    const text = decodeText(row["text"] as string);
    const folded = fold(text);
    const held = words.filter((word) => folded.includes(word));
    if (held.length > best.found) best = { text, word: held[0] ?? "", found: held.length };
    if (best.found === words.length) break;
  }
  return snippetAround(best.text, best.word);
}
