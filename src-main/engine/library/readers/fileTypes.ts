/**
 * Endings of files that are read when they lie in a folder, and that file dialogs offer. A file that
 * is named itself is always tried: its content decides.
 */
export const readableExtensions = [
  "pdf",
  ...["docx", "docm", "dotx", "odt", "ott"],
  ...["pptx", "pptm", "ppsx", "odp"],
  ...["xlsx", "xlsm", "ods"],
  ...["md", "markdown", "txt", "text"],
] as const;
