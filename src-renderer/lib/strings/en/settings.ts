/** Settings. They hold for every window of this home. */
export const settings = {
  title: "Settings",
  reading: "Reading the settings…",
  sections: {
    look: "Appearance",
    models: "How models run",
    libraries: "Graphics libraries",
    chats: "Chats",
    documents: "Documents",
    network: "Network",
    api: "Local API",
    places: "Folders",
    about: "About",
  },
  theme: "Theme",
  themeHint: "System follows the desktop.",
  auto: "Auto",
  own: "My own",
  threads: "Threads",
  threadsAuto: (count: number) =>
    count === 1
      ? "Auto takes 1 thread here: as many as this computer can run at the same time."
      : `Auto takes ${count} threads here: as many as this computer can run at the same time.`,
  threadsOwn: "More than there are cores makes answers slower.",
  threadCount: "Number of threads",
  context: "Context size",
  contextAuto:
    "Auto takes the model's own size, up to a limit that most computers have memory for.",
  contextNow: (name: string, tokens: string) => `${name} has ${tokens} tokens now.`,
  contextOwn: "A larger one holds longer chats and takes more memory.",
  contextTokens: "Tokens of context",
  tokens: "tokens",
  wholeNumber: (least: string, most: string) => `Give a whole number from ${least} to ${most}.`,
  device: "Device",
  deviceAuto: (name: string) =>
    `Auto takes a graphics device that has room for the model, otherwise the processor. For a small model that is: ${name}.`,
  deviceOwn: "What does not fit there runs on the processor, and Hearth says so.",
  deviceAutoOption: "Auto",
  deviceCpu: "Processor (CPU)",
  deviceNamed: (description: string, backend: string, free: string) =>
    `${description} (${backend}), ${free} free`,
  deviceAway: (id: string) => `${id}, not found now`,
  devicesReading: "Looking for devices…",
  librariesHint:
    "With them models run on a graphics device. The processor's library comes with Hearth; these are larger, and added where they are wanted.",
  devicesNone: (problem: string) => `Graphics: ${problem}`,
  draft: "Draft model",
  draftAutoOption: "Auto",
  draftOffOption: "None",
  draftAuto:
    "A much smaller model of the same vocabulary guesses ahead while one chat is written, and the large one decides. Predictable text comes sooner. Auto takes the smallest that suits and has room.",
  draftOff: "Only words that were written before are guessed ahead.",
  draftOwn:
    "Used where its vocabulary is the same and its size at most a quarter. The Models page says why it is not.",
  draftAway: (id: string) => `${id}, not found now`,
  idle: "Unload what is not used",
  idleHint: (minutes: number) =>
    minutes === 1
      ? "A model that nobody uses for 1 minute gives its memory back. It is loaded again when it is needed."
      : `A model that nobody uses for ${minutes} minutes gives its memory back. It is loaded again when it is needed.`,
  idleNever: "Models stay in memory until you unload them or Hearth ends.",
  idleOptions: {
    "5": "After 5 minutes",
    "15": "After 15 minutes",
    "60": "After 1 hour",
    never: "Never",
  },
  reloads:
    "A change of threads, context size, device or draft model takes effect when a model is loaded next; idle ones are unloaded for it.",
  systemPrompt: "System prompt for new chats",
  systemPromptPlaceholder: "What the model is told before the conversation.",
  systemPromptHint: "Saved as you type. Each chat can have its own, under Chat options.",
  systemPromptLong: (most: string) => `It can have ${most} characters at most. Shorten it to save.`,
  reranker: "Reranker",
  rerankerAutoOption: "Automatic",
  rerankerOffOption: "None",
  rerankerNow: (name: string) =>
    `It reads what a search found together with the question and puts the best first. That makes a search up to a second longer, and takes the memory of a small model. Automatic takes the smallest: ${name}.`,
  rerankerNone:
    "It reads what a search found together with the question and puts the best first, for up to a second more. There is none on this computer; the Models page has some.",
  rerankerOff: "Passages stay in the order in which search by words and by meaning found them.",
  rerankerOwn:
    "It reads what a search found together with the question and puts the best first, for up to a second more.",
  rerankerAway: (id: string) => `${id}, not found now`,
  ocr: "Languages of scanned pages and pictures",
  ocrHint:
    "Pages without usable text are read from their picture (OCR), on this computer. Each language more takes time on every such page.",
  ocrNone: "No language is chosen, so scanned pages and pictures are not read.",
  ocrAdded: (name: string) => `From your file ${name}.traineddata.`,
  ocrMore: (folder: string) =>
    `For another language put its Tesseract file, such as fra.traineddata, into ${folder}. Documents are read with it when they are added next.`,
  prompts: "Prompts for answers from documents",
  promptsHint: "What Hearth tells the model by itself. Your version stays when Hearth is updated.",
  promptNames: { answer: "Answer", part: "Part of a document", summary: "Summary" },
  promptSystem: "What the model is told",
  promptUser: "What it is given",
  promptUserHint: "Hearth puts the passages for {{passages}} and the question for {{question}}.",
  promptShipped: (version: number) => `As it came with Hearth, version ${version}.`,
  promptOwn: "Your version.",
  promptOlder: (own: number, shipped: number) =>
    `Your version, made from version ${own}. Hearth now comes with version ${shipped}; reset to use it.`,
  promptReset: "Reset",
  promptSave: "Save prompt",
  offline: "Offline lock",
  offlineHint:
    "While it is on, nothing leaves this computer, whatever was asked. A download then says why it does not start.",
  networkLog: "Every request that Hearth ever made is on record.",
  openNetworkLog: "Open the network log",
  home: "Data folder",
  homeHint: "Chats, documents, settings and models. Start Hearth with --home to use another.",
  copyHome: "Copy the path of the data folder",
  copyRefused: "The system did not let this page use the clipboard. Select the path and copy it.",
  folders: "Model folders",
  foldersHint: "Hearth looks for GGUF files here and in the folders below them.",
  ownFolder: "Hearth's own",
  modelsFound: (count: number) =>
    count === 0 ? "no model found" : count === 1 ? "1 model" : `${count} models`,
  removeFolder: (path: string) => `Stop looking in ${path}`,
  folderRemoved: (path: string) => `Hearth no longer looks in ${path}.`,
  undoRemove: "Add the folder again",
  addFolder: "Add a folder",
  addFolderPlaceholder: "/data/models",
  addFolderConfirm: "Add folder",
  folderProblems: {
    relative: "Give the full path, from the root of the disk on.",
    known: "Hearth looks there already.",
  },
  version: "Version",
  process: "Engine process",
  attached: "Attached now",
  faces: {
    app: "Desktop window",
    browser: "Browser",
    cli: "Command line",
    host: "Local web server",
    api: "Local API",
  } as Readonly<Record<string, string>>,
  several: (name: string, count: number) => `${name} ×${count}`,
  noFaces: "Nothing",
  away: "The engine is away. These are the last values it had.",
} as const;
