const openable = new Set(["http:", "https:", "mailto:"]);

/**
 * The full target of a link that may be offered, as the URL standard writes it (so a look-alike
 * host shows as punycode), or null for anything else: relative, javascript:, data:, file:, custom
 * schemes.
 */
export function safeLink(url: string): string | null {
  try {
    const parsed = new URL(url);
    return openable.has(parsed.protocol) ? parsed.href : null;
  } catch {
    // Not an absolute URL. (URL.canParse is too new for Chromium 108.)
    return null;
  }
}

/** Pictures that are in the text itself, of kinds that can hold no script and load nothing. */
export function isInlineImage(url: string): boolean {
  return /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z\d+/=\s]+$/i.test(url);
}
