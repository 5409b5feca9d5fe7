/**
 * The variables that a child of Hearth may see. Everything else stays behind: `NODE_OPTIONS` could
 * load code, `LANGSMITH_*` could send prompts away, proxies could redirect what Hearth fetches.
 */
const allowed = new Set([
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LANGUAGE",
  "TZ",
  "TMPDIR",
  "XDG_RUNTIME_DIR",
  "XDG_DATA_HOME",
  "XDG_CONFIG_HOME",
  "XDG_CACHE_HOME",
  // Where models are: another hub, and where another program keeps its own.
  "HF_ENDPOINT",
  "OLLAMA_MODELS",
  // Where the user's npm fetches packages, which the libraries for graphics devices are.
  "NPM_CONFIG_REGISTRY",
  // Which graphics processors llama.cpp may use.
  "CUDA_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
  "GGML_VK_VISIBLE_DEVICES",
  // Windows programs do not start without these.
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "COMSPEC",
  "PATHEXT",
  "TEMP",
  "TMP",
  "USERPROFILE",
  "USERNAME",
  "HOMEDRIVE",
  "HOMEPATH",
  "LOCALAPPDATA",
  "APPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "NUMBER_OF_PROCESSORS",
  "PROCESSOR_ARCHITECTURE",
]);

/**
 * A clean environment for a child process.
 * @param source the environment to choose from
 * @param extra variables to add
 */
export function childEnvironment(
  source: Readonly<Record<string, string | undefined>> = process.env,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue;
    // Names on Windows differ only by case, and `Path` is how it writes one of them.
    const upper = name.toUpperCase();
    if (allowed.has(upper) || upper.startsWith("LC_") || upper.startsWith("HEARTH_")) {
      chosen[name] = value;
    }
  }
  return { ...chosen, ...extra };
}
