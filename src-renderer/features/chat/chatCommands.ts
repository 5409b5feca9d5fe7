/** What the open chat can be told to do from the frame: by shortcut or from the palette. */
export interface ChatCommands {
  stop(): void;
  focusComposer(): void;
  /** Opens the dialog for what the chat asks. */
  chooseDocuments(): void;
  /** For the next message alone. */
  attachFiles(files: readonly File[]): void;
  findInChat(): void;
  copyLastAnswer(): void;
}

let current: ChatCommands | null = null;

/** The shown chat registers itself. @returns how to take it back */
export function registerChatCommands(commands: ChatCommands): () => void {
  current = commands;
  return () => {
    if (current === commands) current = null;
  };
}

export function chatCommands(): ChatCommands | null {
  return current;
}
