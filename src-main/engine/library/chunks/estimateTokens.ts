const pieces =
  /[\u3040-\u30FF\u3400-\u4DBF\u4E00-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF]|[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]/gu;
const ascii = /^[a-zA-Z]+$/u;

/**
 * About how many word pieces a text is for the embedder, without loading it. Fitted to the
 * vocabulary of MiniLM on English prose; errs upwards for long words, numbers and other scripts, so
 * that a chunk within its budget is not cut off.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) tokens += piecesOf(piece);
  return Math.ceil(tokens);
}

function piecesOf(piece: string): number {
  const length = piece.length;
  if (length === 1) return 1;
  const code = piece.charCodeAt(0);
  if (code >= 48 && code <= 57) return Math.max(1, length / 2.2);
  if (!ascii.test(piece)) return Math.max(1, length / 2);
  // Words of everyday length are mostly one piece; rare long ones fall apart.
  if (length <= 6) return 1.06;
  if (length <= 9) return 1.25;
  if (length <= 12) return 1.55;
  return Math.min(length, 1.9 + (length - 12) * 0.4);
}
