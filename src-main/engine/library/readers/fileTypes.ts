const code = [
  ...["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte"],
  ...["py", "rb", "php", "pl", "lua", "r", "jl", "sh", "bash", "zsh", "ps1", "sql"],
  ...["go", "rs", "c", "h", "cc", "cpp", "cxx", "hpp", "cs", "java", "kt", "kts", "scala", "swift"],
  ...["m", "mm", "dart", "ex", "exs", "erl", "hs", "clj", "zig", "css", "scss", "less"],
  ...["json", "jsonc", "json5", "jsonl", "yaml", "yml", "toml", "ini"],
] as const;

/** Kinds of text that only the ending of a file's name can tell. */
export const textKinds = {
  "text/markdown": ["md", "markdown", "mdown", "mkd", "mdx"],
  "text/csv": ["csv", "tsv", "tab"],
  "text/html": ["html", "htm", "xhtml"],
  "message/rfc822": ["eml"],
  "application/mbox": ["mbox", "mbx"],
  "text/x-code": code,
} as const;

/**
 * Endings of files that are read when they lie in a folder, and that file dialogs offer. A file that
 * is named itself is always tried: its content decides.
 */
export const readableExtensions: readonly string[] = [
  "pdf",
  ...["docx", "docm", "dotx", "odt", "ott", "epub"],
  ...["pptx", "pptm", "ppsx", "odp"],
  ...["xlsx", "xlsm", "ods"],
  ...["txt", "text", "log"],
  ...["png", "jpg", "jpeg", "webp", "gif", "bmp"],
  ...Object.values(textKinds).flat(),
];
