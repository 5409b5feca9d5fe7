import { HearthError } from "../../../contract/errors.ts";

/** A prompt as it lies in a file: a line with its version, then what the model is told and asked. */
export interface PromptFile {
  version: number;
  system: string;
  user: string;
}

/** What Hearth puts into every prompt of its own. */
export const placeholders = ["passages", "question"] as const;

const shape = /^version: (\d+)\n+# System\n([\s\S]*?)\n# User\n([\s\S]*)$/;

/** @throws HearthError `file-damaged` where the file has another shape */
export function parsePrompt(text: string, name: string): PromptFile {
  const [, version, system, user] = shape.exec(text.replaceAll("\r\n", "\n")) ?? [];
  if (version === undefined || system === undefined || user === undefined) {
    throw new HearthError({
      code: "file-damaged",
      title: `The prompt “${name}” cannot be read.`,
      cause: "Its file has to begin with “version: N”, then “# System” and “# User”.",
      suggestion: "Reset the prompt in Settings, or mend its file in the home folder.",
    });
  }
  return { version: Number(version), system: system.trim(), user: user.trim() };
}

export function formatPrompt({ version, system, user }: PromptFile): string {
  return `version: ${version}\n\n# System\n\n${system.trim()}\n\n# User\n\n${user.trim()}\n`;
}

/**
 * Refuses a prompt that would not carry what it is for.
 * @throws HearthError `bad-input` that names the placeholder
 */
export function checkPrompt({ system, user }: Pick<PromptFile, "system" | "user">): void {
  const suggestion = "Write {{passages}} and {{question}} in the second field, each once.";
  const refuse = (title: string, cause: string): never => {
    throw new HearthError({ code: "bad-input", title, cause, suggestion });
  };
  const known: readonly string[] = placeholders;
  for (const [, name = ""] of `${system}\n${user}`.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
    if (!known.includes(name)) {
      refuse(`Hearth has nothing to put in for {{${name}}}.`, `It knows ${known.join(", ")}.`);
    }
  }
  for (const name of placeholders) {
    const mark = `{{${name}}}`;
    if (system.includes(mark)) {
      refuse(`${mark} cannot stand in the system prompt.`, "It changes with every question.");
    }
    const count = user.split(mark).length - 1;
    if (count !== 1) {
      const cause = count === 0 ? "It is missing." : `It stands there ${count} times.`;
      refuse(`${mark} has to stand in the prompt once.`, cause);
    }
  }
  if (user.indexOf("{{passages}}") > user.indexOf("{{question}}")) {
    refuse(
      "{{passages}} has to stand before {{question}}.",
      "Otherwise the model reads all passages again for every question about them.",
    );
  }
  if (/^# (?:System|User)$/m.test(`${system}\n${user}`)) {
    refuse("A line of the prompt is “# System” or “# User”.", "They part the file of a prompt.");
  }
}
