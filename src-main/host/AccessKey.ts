import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * The key of one run of the host. A program sends it as `Authorization: Bearer`; a browser opens
 * the printed address once and from then on shows a cookie that holds another secret, so the key
 * itself is not kept by the browser.
 */
export class AccessKey {
  /** 256 random bits, base64url. */
  readonly key: string;
  readonly #session: string;
  readonly #cookieName: string;

  /** @param port part of the cookie's name, because browsers share cookies between ports */
  constructor(port: number) {
    this.key = randomBytes(32).toString("base64url");
    this.#session = randomBytes(32).toString("base64url");
    this.#cookieName = `hearth-${port}`;
  }

  isKey(given: string | null | undefined): boolean {
    return typeof given === "string" && sameSecret(given, this.key);
  }

  /** Whether an `Authorization` header carries the key. */
  isBearer(header: string | undefined): boolean {
    const given = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(header ?? "")?.[1];
    return this.isKey(given);
  }

  /** Whether a `Cookie` header carries the session. */
  isSession(header: string | undefined): boolean {
    for (const part of (header ?? "").split(";")) {
      const [name, value] = part.trim().split("=", 2);
      if (name === this.#cookieName && value !== undefined && sameSecret(value, this.#session)) {
        return true;
      }
    }
    return false;
  }

  /** For `Set-Cookie`, in exchange for the key. */
  get cookie(): string {
    return `${this.#cookieName}=${this.#session}; Path=/; HttpOnly; SameSite=Strict`;
  }
}

/** Compares in a time that says nothing about where two secrets differ. */
function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
