/** Storage: what takes room on this computer, what can be freed, and where the models are. */
export const storage = {
  title: "Storage",
  open: "Open Storage",
  openHint: "What takes room on this computer, what can be freed, and where the models are.",
  refresh: "Look again",
  refreshing: "Looking…",
  reading: "Looking through the data folder…",
  total: (bytes: string, free: string) => `${bytes} in use, ${free} free`,
  folder: {
    title: "Model folder",
    hint: "Hearth puts models here that it fetches or makes. It can be moved, to another disk as well. Files of other folders and programs stay where they are.",
    usual: "In the data folder",
    moved: "Moved out of the data folder",
    free: (bytes: string) => `${bytes} free on its disk`,
    away: {
      title: "The model folder is not reachable.",
      cause: "Its disk may not be connected. The models in it are in the list, and cannot be used.",
      suggestion:
        "Connect the disk; Hearth notices by itself within seconds. Or use the data folder for new models meanwhile.",
    },
    leave: "Use the data folder",
    left: "New models are put into the data folder. The other folder is looked through when it is there.",
    move: "Move…",
    back: "Move back",
  },
  move: {
    title: "Move the model folder",
    description:
      "All models are copied and read back before the old ones are removed, so nothing is lost if the computer stops meanwhile. On the same disk nothing is copied. Downloads rest until it is done.",
    path: "New place",
    pathHint: "Full path of a folder. Where it has other files, Hearth makes one in it.",
    choose: "Choose a folder",
    check: "Check",
    checking: "Checking…",
    confirm: "Move models",
    starting: "Starting…",
    plan: (models: string, bytes: string, target: string) =>
      `${models} (${bytes}) will be in ${target}.`,
    models: (count: number) => (count === 1 ? "1 model file" : `${count} model files`),
    room: (bytes: string) => `${bytes} are free there.`,
    sameDisk: "It is the same disk, so this takes a moment and no room.",
    loaded: "A model that is loaded is loaded again from there when it is used next.",
    stages: {
      copying: (file: string) => (file === "" ? "Looking through the folder" : `Copying ${file}`),
      verifying: (file: string) => `Reading back ${file}`,
      removing: () => "Removing the old files",
    },
    cancel: "Cancel the move",
    cancelling: "Putting everything back…",
    done: (folder: string) => `The models are in ${folder} now.`,
    doneLeft: (folder: string, count: number) =>
      `The models are in ${folder} now. ${count === 1 ? "1 old file is" : `${count} old files are`} in use and removed when Hearth starts next.`,
  },
  room: {
    title: "What takes room",
    hint: "Your own documents and models of other programs are never deleted here.",
    list: "What takes room",
    free: (bytes: string) => `Free ${bytes}`,
    freeNamed: (kind: string, bytes: string) => `${kind}: free ${bytes}`,
    freed: (bytes: string) => `${bytes} freed.`,
  },
  kinds: {
    models: { name: "Models", hint: "Deleted one by one, below." },
    downloads: {
      name: "Unfinished downloads",
      hint: "What has arrived of models that are not whole.",
    },
    "chat-states": {
      name: "Saved chat states",
      hint: "Conversations as models keep them. With them an earlier chat goes on at once.",
    },
    database: { name: "Chats and library", hint: "Your chats, and the text of your documents." },
    backups: {
      name: "Copies from before updates",
      hint: "Chats and library as they were before Hearth changed their format.",
    },
    documents: {
      name: "Copies of documents",
      hint: "Files that a browser sent. Each goes with its document in the library.",
    },
    index: { name: "Search index", hint: "What passages of your documents are found by." },
    "old-indexes": {
      name: "Old search indexes",
      hint: "Of other embedding models, or damaged ones that were moved aside.",
    },
    ocr: {
      name: "Languages of text recognition",
      hint: "Files that you put there. Remove them in the data folder.",
    },
    evaluations: {
      name: "Libraries of evaluations",
      hint: "Made for a set of questions, and gone with the next start.",
    },
    logs: { name: "Logs", hint: "What the engine noted. The one in use stays." },
    libraries: {
      name: "Graphics libraries",
      hint: "What you added for graphics devices, and what has arrived of such downloads.",
    },
    other: { name: "Other", hint: "Settings, notes, and what the window keeps." },
  },
  confirm: {
    downloads: {
      title: "Remove unfinished downloads?",
      text: "What has arrived of paused and failed downloads is deleted, and they go from the list. They would begin anew.",
      action: "Remove downloads",
    },
    "chat-states": {
      title: "Remove saved chat states?",
      text: "No message is lost. The next answer in an earlier chat takes longer, because the model reads the chat anew.",
      action: "Remove states",
    },
    backups: {
      title: "Remove the copies from before updates?",
      text: "Without them you cannot go back to an older Hearth with your chats and library. The present ones stay.",
      action: "Remove copies",
    },
    "old-indexes": {
      title: "Remove old search indexes?",
      text: "Search goes on with the index in use. If you choose another embedding model again, all documents are read for it anew.",
      action: "Remove indexes",
    },
    evaluations: {
      title: "Remove the libraries of evaluations?",
      text: "Results stay. The next evaluation makes its library anew.",
      action: "Remove libraries",
    },
    libraries: {
      title: "Remove the graphics libraries?",
      text: "Models then run on the processor, or with the libraries that came with Hearth. They can be added again under Settings.",
      action: "Remove libraries",
    },
    logs: {
      title: "Remove old logs?",
      text: "What went wrong in earlier sessions can then not be looked up any more.",
      action: "Remove logs",
    },
  },
  models: {
    title: "Models",
    hint: "From the largest to the smallest.",
    none: "There are no models on this computer.",
    list: "Models by size",
    size: (bytes: string) => bytes,
    link: "a link to a file elsewhere",
    used: (day: string) => `last used ${day}`,
    neverUsed: "never used",
    places: {
      own: "",
      folder: "in a folder of yours",
      elsewhere: "of another program, or added by its path",
    },
    away: "not reachable now",
    remove: (name: string) => `Delete ${name}`,
    removeTitle: (name: string) => `Delete ${name}?`,
    removeText: (bytes: string, path: string) =>
      `${path} is deleted from the disk, ${bytes}. That cannot be undone; the model can be fetched again. Chats keep their messages.`,
    removeLink: (path: string) =>
      `The link ${path} is removed. The file that it leads to stays where it is.`,
    removeConfirm: "Delete model",
    removed: (name: string, bytes: string) => `${name} is deleted, ${bytes} freed.`,
  },
} as const;
