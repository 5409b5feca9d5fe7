const pageWord = (count: number): string => (count === 1 ? "page" : "pages");

/** Documents and the viewer. */
export const library = {
  title: "Library",
  add: "Add documents",
  emptyTitle: "No documents yet",
  emptyText:
    "Drop PDF, Office, e-book, mail, web, text, code or picture files anywhere in this window. Scanned pages are read too. Originals stay where they are.",
  ask: "Ask about this document",
  remove: "Remove from library",
  removeTitle: (name: string) => `Remove ${name}?`,
  removeText: "Its text and search entries are erased. The file itself stays where it is.",
  retry: "Try again",
  cancel: "Cancel",
  actions: (name: string) => `Actions for ${name}`,
  showError: "Show",
  showErrorAlt: "Open the library to read why",
  nothingAdded: "Nothing was added.",
  nothingReadable: "There is no file in it of a kind that Hearth reads.",
  nothingHelp: "Hidden folders are passed over: add a file in one by itself.",
  notOpened: (count: number) => `${count} files or folders could not be opened.`,
  uploading: (count: number) =>
    `Sending ${count === 1 ? "1 file" : `${count} files`} to the engine…`,
  stages: {
    waiting: "Waiting",
    reading: "Reading",
    recognizing: "Recognising text on scanned pages",
    splitting: "Splitting into passages",
    embedding: "Making it searchable",
    indexing: "Indexing",
    done: "Ready",
  },
  /** Stands for the type of a file whose name has no ending. */
  file: "File",
  status: { interrupted: "Cancelled", failed: "Failed" },
  rate: {
    pages: (rate: string) => `${rate} pages/s`,
    passages: (rate: string) => `${rate} passages/s`,
  },
  work: {
    title: "Documents being added",
    pause: "Pause adding documents",
    resume: "Go on adding documents",
    cancel: "Cancel all",
    count: (done: string, total: string) =>
      total === "1" ? `${done} of 1 document` : `${done} of ${total} documents`,
    paused: (count: string) => `Paused: ${count}`,
    nothingPaused: "Adding documents is paused",
    perMinute: (rate: string) => `${rate} per minute`,
  },
  folders: {
    open: "Watched folders",
    title: "Watched folders",
    description:
      "Files in these folders are in the library for as long as they lie there. Nothing is copied or changed.",
    none: "No folder is watched yet.",
    add: "Watch a folder",
    addTyped: "Watch",
    path: "Path of a folder",
    pathHint: "On the computer that Hearth runs on.",
    documents: (count: string) => (count === "1" ? "1 document" : `${count} documents`),
    status: { checking: "Checking", watching: "Up to date", missing: "Not there at the moment" },
    patterns: "Passed over",
    patternsOf: (path: string) => `What is passed over in ${path}`,
    patternsPlaceholder: "drafts/\n*.log",
    patternsHint:
      "One pattern a line, as in a .gitignore. Documents that match leave the library; files stay.",
    stopKeep: "Stop watching, keep its documents",
    stopRemove: "Stop watching, remove its documents…",
    removeTitle: (path: string) => `Stop watching ${path} and remove its documents?`,
    removeText: (count: string) =>
      count === "1"
        ? "1 document leaves the library: its text and search entries are erased. The file itself stays where it is."
        : `${count} documents leave the library: their text and search entries are erased. The files themselves stay where they are.`,
    removeConfirm: "Remove documents",
  },
  progress: (done: string, total: string) => `${done} of ${total}`,
  pages: (count: string) => (count === "1" ? "1 page" : `${count} pages`),
  recognized: (pages: string, count: number, all: boolean) =>
    all ? "text recognised (OCR)" : `text recognised (OCR) on ${pageWord(count)} ${pages}`,
  unreadable: (pages: string, count: number) => `${pageWord(count)} ${pages} unreadable`,
  recognizedHere:
    "The text of this page was recognised from its picture (OCR). Words may be wrong.",
  unreadableHere: "Hearth cannot read the text of this page, so it is not searched.",
  passages: (count: string) => (count === "1" ? "1 passage" : `${count} passages`),
  enterPassword: "Enter password",
  password: {
    title: "This document is locked",
    description: (name: string) => `${name} is encrypted. Its password opens it.`,
    label: "Password",
    hint: "Hearth keeps it in memory until it ends, and never writes it down.",
    wrong: "This password does not open it. Check capitals and layout of the keyboard.",
    confirm: "Open",
    opening: "Trying…",
  },
  viewer: "Document",
  closeViewer: "Close the document",
  loading: "Opening the document…",
  places: {
    page: (page: number) => `p. ${page}`,
    lines: (from: number, to: number) => (from === to ? `line ${from}` : `lines ${from}–${to}`),
    slide: (slide: number) => `slide ${slide}`,
    cells: (sheet: string, range: string) => `${sheet}, ${range}`,
    section: (path: readonly string[]) => path.join(" › "),
  },
} as const;
