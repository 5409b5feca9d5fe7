import { MemorySaver } from "@langchain/langgraph";
import type { AskEvent, GroundedAnswer } from "../../../../contract/search.ts";
import { AnswerService, type AskRequest } from "../../AnswerService.ts";
import { FakeLibrary } from "./fakeTools.ts";

export const ferry =
  "The Grey Heron carries 412 passengers across the sound. The crossing takes fifty minutes in calm weather.";
export const orchard =
  "The orchard grows quince and medlar on the south slope. Frost damaged the quince blossom in May.";
export const quay =
  "The Tidewater quay was rebuilt with granite blocks. Its lamps are lit by gas at dusk.";

export function newLibrary(): FakeLibrary {
  const library = new FakeLibrary();
  library.add("ferry.pdf", ferry, quay);
  library.add("orchard.pdf", orchard);
  return library;
}

export interface Asked {
  answer: GroundedAnswer;
  events: AskEvent[];
  saver: MemorySaver;
}

export async function ask(
  library: FakeLibrary,
  request: AskRequest,
  saver = new MemorySaver(),
): Promise<Asked> {
  const events: AskEvent[] = [];
  const service = serviceOf(library, saver);
  const signal = new AbortController().signal;
  const answer = await service.answer(request, (event) => events.push(event), signal);
  return { answer, events, saver };
}

export function serviceOf(library: FakeLibrary, saver = new MemorySaver()): AnswerService {
  return new AnswerService({ ...library.tools(), openSaver: () => Promise.resolve(saver) });
}

export const passengers = "How many passengers does the Grey Heron carry?";

export function promptOf(library: FakeLibrary, at: number): string {
  const prompt = library.requests[at]?.prompt;
  return prompt?.kind === "chat" ? prompt.messages.map(({ content }) => content).join("\n") : "";
}
