/** The value that a text says, or undefined where it is no JSON. What it is, a schema tells. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
