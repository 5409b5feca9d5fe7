/** What a chat or one message of it is asked from. */
export const attach = {
  collections: "Collections",
  collectionHint: "The documents that this collection holds when you ask",
  documents: "Documents",
  filter: "Find a document",
  onlyThis: "Only for this message…",
  onlyHint: "Goes with this message alone and stays out of the library",
  remove: (name: string) => `Take ${name} off this message`,
  sending: "On its way…",
  more: (count: string) => `+${count} more`,
  pastedFile: "Pasted text.txt",
  pastedText: (characters: string) => `Pasted text, ${characters} characters`,
  pasteAsText: "Paste as text instead",
} as const;
