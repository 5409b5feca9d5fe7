import type { DocumentId } from "../../../src-main/contract/ids.ts";

/** Passwords that opened documents in this window; forgotten when it closes. */
export const pdfPasswords = new Map<DocumentId, string>();
