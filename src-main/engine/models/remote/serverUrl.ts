import { HearthError } from "../../../contract/errors.ts";
import { bareHost, classifyAddress, isLoopbackHost } from "../../egress/addressRules.ts";
import net from "node:net";

/**
 * The address of a server as it is kept, from what a user typed or pasted: with a scheme, without the
 * ending `/v1` or that of an endpoint, without query.
 *
 * @throws HearthError `bad-input` for what cannot be the address of a server
 */
export function serverUrl(typed: string): string {
  const text = typed.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) ? text : withScheme(text));
  if (!url || !/^https?:$/u.test(url.protocol) || url.hostname === "") {
    throw badAddress(
      text,
      "It has to look like http://localhost:8080 or https://models.example.org.",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw badAddress(url.host, "It holds a user or a password. The key has a field of its own.");
  }
  const path = url.pathname
    .replace(/\/+$/u, "")
    .replace(/\/(?:chat\/completions|completions|models|embeddings)$/u, "")
    .replace(/\/v1$/u, "")
    .replace(/\/+$/u, "");
  return `${url.protocol}//${url.host}${path}`;
}

/** Servers at home speak http; what is elsewhere has to be secure unless the user says otherwise. */
function withScheme(text: string): string {
  const url = URL.parse(`http://${text}`);
  if (!url) return text;
  const host = bareHost(url);
  const isNear =
    isLoopbackHost(host) || (net.isIP(host) !== 0 && classifyAddress(host) !== "public");
  return `${isNear ? "http" : "https"}://${text}`;
}

function badAddress(text: string, cause: string): HearthError {
  return new HearthError({
    code: "bad-input",
    title: `“${text.slice(0, 200)}” is not the address of a server.`,
    cause,
    suggestion: "Type the address that the server shows when it starts.",
  });
}
