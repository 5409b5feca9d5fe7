import { HearthError } from "../../../contract/errors.ts";
import { isLoopbackUrl } from "../../egress/addressRules.ts";

export const usualHub = "https://huggingface.co";

/**
 * The address of the hub: the setting, else the variable HF_ENDPOINT that other programs of the hub
 * read too, else the usual one. Without a slash at its end.
 * @throws HearthError `bad-input` for an address that is none, or is not https (http only to this computer)
 */
export function hubEndpoint(
  setting: string | null,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const text = setting ?? environment["HF_ENDPOINT"]?.trim() ?? "";
  if (text === "") return usualHub;
  const url = URL.parse(text);
  const isFit =
    url !== null &&
    (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackUrl(text))) &&
    url.username === "" &&
    url.search === "" &&
    url.hash === "";
  if (isFit) return url.href.replace(/\/+$/u, "");
  throw new HearthError({
    code: "bad-input",
    title: "The hub's address cannot be used.",
    cause: `“${text.slice(0, 200)}” is not an https address without a query.`,
    suggestion: "Correct it under “Hub settings”, or in HF_ENDPOINT.",
  });
}
