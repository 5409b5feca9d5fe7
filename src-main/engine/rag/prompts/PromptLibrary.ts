import fs from "node:fs/promises";
import path from "node:path";
import { HearthError, type ErrorData } from "../../../contract/errors.ts";
import { promptIdSchema, type Prompt, type PromptId } from "../../../contract/prompts.ts";
import {
  checkPrompt,
  formatPrompt,
  parsePrompt,
  placeholders,
  type PromptFile,
} from "./promptFile.ts";

export interface PromptLibraryOptions {
  /** The folder of the prompts that come with Hearth. */
  shipped: string;
  home: string;
}

/**
 * The prompts in use. The user's version of one lies in the home folder and goes before the one that
 * came with Hearth, also before a newer one; `basedOn` then says so.
 */
export class PromptLibrary {
  readonly #options: PromptLibraryOptions;

  constructor(options: PromptLibraryOptions) {
    this.#options = options;
  }

  async list(): Promise<Prompt[]> {
    return await Promise.all(promptIdSchema.options.map((id) => this.get(id)));
  }

  async get(id: PromptId): Promise<Prompt> {
    const shipped = await this.#shipped(id);
    const { own, problem } = await this.#own(id);
    const { system, user } = own ?? shipped;
    return {
      id,
      system,
      user,
      placeholders: [...placeholders],
      edited: own !== null,
      version: shipped.version,
      basedOn: own?.version ?? null,
      problem,
    };
  }

  /** @throws HearthError `bad-input` where a placeholder is missing or unknown */
  async save(id: PromptId, text: { system: string; user: string }): Promise<Prompt> {
    const own = { system: text.system.trim(), user: text.user.trim() };
    checkPrompt(own);
    const { version, ...shipped } = await this.#shipped(id);
    // The shipped words are no version of the user's own: they should follow the next Hearth.
    if (own.system === shipped.system && own.user === shipped.user) return await this.reset(id);
    const file = this.#file(id);
    await fs.mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    const partial = `${file}.part`;
    await fs.writeFile(partial, formatPrompt({ version, ...own }), { mode: 0o600 });
    await fs.rename(partial, file);
    return await this.get(id);
  }

  async reset(id: PromptId): Promise<Prompt> {
    await fs.rm(this.#file(id), { force: true });
    return await this.get(id);
  }

  #file(id: PromptId): string {
    return path.join(this.#options.home, "prompts", `${id}.md`);
  }

  async #shipped(id: PromptId): Promise<PromptFile> {
    return parsePrompt(await fs.readFile(path.join(this.#options.shipped, `${id}.md`), "utf8"), id);
  }

  /** A file that was spoilt by hand must not keep Hearth from answering: it is told about instead. */
  async #own(id: PromptId): Promise<{ own: PromptFile | null; problem: ErrorData | null }> {
    try {
      const own = parsePrompt(await fs.readFile(this.#file(id), "utf8"), id);
      checkPrompt(own);
      return { own, problem: null };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return { own: null, problem: null };
      if (error instanceof HearthError) return { own: null, problem: error.toData() };
      throw error;
    }
  }
}
