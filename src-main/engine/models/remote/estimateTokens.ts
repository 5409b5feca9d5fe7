/**
 * About how many tokens a text is, rather too many: for a server that does not count. English has about
 * four characters a token, German three, code and numbers two; other scripts may take more than one
 * token for a character, at most one for each byte.
 */
export function estimateTokens(text: string): number {
  let plain = 0;
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x250) plain++;
    else bytes += code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return Math.ceil(plain / 2.5 + bytes / 1.5);
}

/** What a template puts around each message, and around them all, at most. */
export const tokensAroundMessage = 12;
export const tokensAroundChat = 64;
