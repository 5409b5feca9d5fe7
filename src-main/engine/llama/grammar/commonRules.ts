/** Rules that schemas share; each is written only where it is used. */
export const commonRules: Readonly<Record<string, { body: string; needs: readonly string[] }>> = {
  // Enough for any layout, and no endless blank.
  ws: { body: `| " " | "\\n" [ \\t]{0,20}`, needs: [] },
  char: {
    body: `[^"\\\\\\x7F\\x00-\\x1F] | "\\\\" (["\\\\/bfnrt] | "u" [0-9a-fA-F]{4})`,
    needs: [],
  },
  string: { body: `"\\"" char* "\\""`, needs: ["char"] },
  integral: { body: `"0" | [1-9] [0-9]{0,15}`, needs: [] },
  integer: { body: `"-"? integral`, needs: ["integral"] },
  unsigned: {
    body: `integral ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,3})?`,
    needs: ["integral"],
  },
  number: { body: `"-"? unsigned`, needs: ["unsigned"] },
  boolean: { body: `"true" | "false"`, needs: [] },
  null: { body: `"null"`, needs: [] },
  member: { body: `string ws ":" ws value`, needs: ["string", "ws", "value"] },
  object: {
    body: `"{" ws (member (ws "," ws member)*)? ws "}"`,
    needs: ["member", "ws"],
  },
  array: { body: `"[" ws (value (ws "," ws value)*)? ws "]"`, needs: ["value", "ws"] },
  value: {
    body: "object | array | string | number | boolean | null",
    needs: ["object", "array", "string", "number", "boolean", "null"],
  },
  date: {
    body: `[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01])`,
    needs: [],
  },
  time: {
    body: `([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{3})? ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9])`,
    needs: [],
  },
  uuid: {
    body: `[0-9a-f]{8} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{4} "-" [0-9a-f]{12}`,
    needs: [],
  },
};
