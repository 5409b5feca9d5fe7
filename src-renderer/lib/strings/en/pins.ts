/** Passages that go with every question of a chat. */
export const pins = {
  pin: "Pin to this chat",
  unpin: "Unpin",
  pinPassage: (n: number) => `Pin passage ${n} to this chat`,
  unpinPassage: (n: number) => `Unpin passage ${n}`,
  pinHit: (document: string, place: string) =>
    place === "" ? `Pin this passage of ${document}` : `Pin this passage of ${document}, ${place}`,
  pinnedList: "Pinned passages",
  hint: (quote: string) => `Goes with every question of this chat: “${quote}”`,
  open: (source: string) => `Open the pinned passage, ${source}`,
  remove: (source: string) => `Unpin ${source}`,
  gone: "no longer in the document",
  goneHint: (quote: string) =>
    `The document was removed, or holds these words no more: “${quote}”. Unpin it, or add the document again.`,
  pinned: "The passage is pinned to this chat.",
  pinnedToNew: "The passage is pinned to a new chat.",
  openNew: "Open the chat",
  openNewHint: "Open the new chat and ask there",
  already: "This passage is pinned already.",
  full: (most: number) => `${most} passages are pinned already.`,
  fullHint: "More would leave no room for what a question finds. Unpin one first.",
} as const;
