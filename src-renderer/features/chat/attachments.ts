import { create } from "zustand";
import { toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import type { ChatId, DocumentId } from "../../../src-main/contract/ids.ts";
import { call, link } from "../../api/engine.ts";
import { getStrings } from "../../lib/strings/index.ts";
import { describeUnadded, pathsOf } from "../library/addDocuments.ts";
import { readDraft, setDraft } from "./drafts.ts";

/** A longer text is pasted as an attachment. */
export const longPasteCharacters = 4_000;

interface Sending {
  readonly key: string;
  readonly name: string;
}

interface AttachState {
  /** Files on their way to the engine; two may have one name. */
  readonly sending: readonly Sending[];
  /** Why the last ones could not be attached; what a file itself is at fault for is in its row. */
  readonly error: ErrorData | null;
  /** What was pasted, by the attachment that it became, so that it can be text again. */
  readonly pasted: Readonly<Record<DocumentId, string>>;
}

/** Ends when all that was taken off is gone from the engine too. */
let detaching: Promise<void> = Promise.resolve();

export const useAttaching = create<AttachState>(() => ({ sending: [], error: null, pasted: {} }));

/** Takes files for the next message of a chat alone. @returns whether all are attached */
export async function attachFiles(
  chatId: ChatId | null,
  files: readonly File[],
  onAttached: (id: DocumentId) => void = () => {},
): Promise<boolean> {
  if (files.length === 0) return true;
  const own = files.map(({ name }): Sending => ({ key: crypto.randomUUID(), name }));
  const seen = new Set<DocumentId>();
  const attachOnce = (id: DocumentId): void => {
    // Rows come again and again while a file is read: the message may have gone by then, and a
    // chip that was taken off must not come back.
    if (seen.has(id)) return;
    seen.add(id);
    attach(chatId, id);
    onAttached(id);
  };
  useAttaching.setState(({ sending }) => ({ sending: [...sending, ...own], error: null }));
  try {
    // The same file again, just taken off: first it must be gone.
    await detaching;
    const paths = await pathsOf(files);
    const stream = link.client.stream("documents.ingest", { paths, attachment: true });
    // With its row a file is attached: a message may be sent while it is still read.
    for await (const { id } of stream) {
      attachOnce(id);
      done(own);
    }
    const { documents } = await stream.result;
    for (const { documentId } of documents) if (documentId !== null) attachOnce(documentId);
    const error = describeUnadded(documents, getStrings());
    if (error) useAttaching.setState({ error });
    return error === null;
  } catch (error) {
    useAttaching.setState({ error: toErrorData(error) });
    return false;
  } finally {
    done(own);
  }
}

/** Makes a long text an attachment. Where that fails, it is pasted as text: nothing is lost. */
export async function attachText(chatId: ChatId | null, text: string): Promise<void> {
  const file = new File([text], getStrings().attach.pastedFile, { type: "text/plain" });
  // Until it is attached, the draft keeps the text: also over a reload or a crash.
  setDraft(chatId, { pasting: [...readDraft(chatId).pasting, text] });
  const attached = await attachFiles(chatId, [file], (id) => {
    useAttaching.setState(({ pasted }) => ({ pasted: { ...pasted, [id]: text } }));
    keepNoLonger(chatId, text);
  });
  if (attached || !readDraft(chatId).pasting.includes(text)) return;
  keepNoLonger(chatId, text);
  appendText(chatId, text);
}

function keepNoLonger(chatId: ChatId | null, text: string): void {
  setDraft(chatId, { pasting: readDraft(chatId).pasting.filter((other) => other !== text) });
}

/** Puts a pasted text where it would have gone, and takes its attachment away. */
export function pasteAsText(chatId: ChatId | null, id: DocumentId): void {
  const text = useAttaching.getState().pasted[id];
  if (text === undefined) return;
  appendText(chatId, text);
  void detach(chatId, id);
}

/** Takes an attachment off the next message; the file that was sent for it goes too. */
export async function detach(chatId: ChatId | null, id: DocumentId): Promise<void> {
  setDraft(chatId, {
    attachmentIds: readDraft(chatId).attachmentIds.filter((other) => other !== id),
  });
  detaching = detaching.then(async () => {
    try {
      await call("documents.discard", { documentIds: [id] });
    } catch (error) {
      useAttaching.setState({ error: toErrorData(error) });
    }
  });
  await detaching;
}

function attach(chatId: ChatId | null, id: DocumentId): void {
  const { attachmentIds } = readDraft(chatId);
  if (attachmentIds.includes(id)) return;
  setDraft(chatId, { attachmentIds: [...attachmentIds, id] });
}

function appendText(chatId: ChatId | null, text: string): void {
  const { text: before } = readDraft(chatId);
  setDraft(chatId, { text: before === "" ? text : `${before}\n${text}` });
}

function done(arrived: readonly Sending[]): void {
  useAttaching.setState(({ sending }) => ({
    sending: sending.filter((one) => !arrived.includes(one)),
  }));
}
