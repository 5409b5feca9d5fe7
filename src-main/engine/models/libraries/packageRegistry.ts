import { HearthError } from "../../../contract/errors.ts";
import type { PackageRegistry } from "../../../contract/libraries.ts";
import { isLoopbackUrl } from "../../egress/addressRules.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Hearth's own variable, then npm's, which npm itself takes in either case. */
const variables = ["HEARTH_PACKAGE_REGISTRY", "npm_config_registry", "NPM_CONFIG_REGISTRY"];

/** Where packages are fetched from: what the user has set, else what the environment names, else nowhere. */
export function packageRegistry(
  setting: string | null,
  environment: Environment = process.env,
): PackageRegistry {
  const named = setting ?? variables.map((name) => environment[name]?.trim()).find(Boolean);
  if (named === undefined) return { address: null, from: "none", problem: null };
  const from = setting === null ? "environment" : "setting";
  try {
    return { address: registryAddress(named), from, problem: null };
  } catch (error) {
    if (!(error instanceof HearthError)) throw error;
    return { address: null, from, problem: error.reason };
  }
}

/**
 * An address of a registry, without a slash at its end.
 * @throws HearthError `bad-input` for one that is none, that is not https (http only to this computer), or
 *   that carries a password, which would get into the list of requests
 */
export function registryAddress(text: string): string {
  const url = URL.parse(text);
  const isFit =
    url !== null &&
    (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackUrl(text))) &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === "";
  if (isFit) return url.href.replace(/\/+$/u, "");
  const shown = url === null || url.password !== "" ? "What is named" : `“${text.slice(0, 200)}”`;
  throw new HearthError({
    code: "bad-input",
    title: "The address of the package registry cannot be used.",
    cause: `${shown} is not an https address without password and query.`,
    suggestion: "Correct it under Settings, “Graphics libraries”, or in HEARTH_PACKAGE_REGISTRY.",
  });
}
