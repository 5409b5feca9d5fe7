import type { AskEvent, Citation, GroundedAnswer } from "../../contract/search.ts";
import { chosenDocuments } from "../chosenDocuments.ts";
import { defineCommand } from "../Command.ts";
import { collectionIdOf } from "../findCollection.ts";
import { modelIdOf } from "../findModel.ts";
import { followStream } from "../followStream.ts";
import { count, formatLocation, formatMs, oneLine, share } from "../format.ts";

export const ask = defineCommand({
  name: "ask",
  usage: "--question TEXT [--docs PATH…] [--collection NAME] [--model M]",
  summary: "Answers a question from documents, with citations",
  options: {
    question: { kind: "text", required: true, value: "TEXT", help: "what to answer" },
    docs: { kind: "list", value: "PATH…", help: "only from these files and folders" },
    collection: { kind: "text", value: "NAME", help: "only from this collection" },
    model: { kind: "text", value: "M", help: "id, name or file of the model" },
  },
  run: async (values, _positionals, context) => {
    const model = await modelIdOf(values.model, context);
    const chosen = await chosenDocuments(values.docs, context);
    const collection = await collectionIdOf(values.collection, context);
    const client = await context.engine();
    const show = progressOf(context.terminal);
    const answer = await followStream(
      client.stream(
        "ask.run",
        { question: values.question, ...chosen, ...collection, ...model },
        { signal: context.signal },
      ),
      show,
    );
    return { json: toAskJson(answer), text: answerText(answer) };
  },
});

export function toAskJson(answer: GroundedAnswer): Record<string, unknown> {
  const { answer: text, abstained, sentences, citations, nearest, receipt } = answer;
  return { answer: text, abstained, sentences, citations, nearest, receipt };
}

/**
 * Shows the step, then the end of what is being written: the text is checked against the documents
 * when it is whole, and only then printed.
 */
function progressOf(terminal: { progress(line: string): void }): (event: AskEvent) => void {
  let written = "";
  return (event) => {
    switch (event.type) {
      case "step":
        terminal.progress(`${event.name}…`);
        return;
      case "evidence":
        terminal.progress(`${count(event.citations.length, "passage")} found`);
        return;
      case "queued":
        terminal.progress(`waiting, place ${event.place}`);
        return;
      case "prompt":
        terminal.progress(`reading ${share(event.done, event.total)}`);
        return;
      case "plan":
        terminal.progress(`${count(event.chunks, "passage")} in ${count(event.parts, "part")}`);
        return;
      case "progress":
        terminal.progress(
          `part ${event.done} of ${event.total}${event.leftMs ? `, ${formatMs(event.leftMs)} left` : ""}`,
        );
        return;
      case "delta":
        written = (written + event.text).slice(-400);
        terminal.progress(`…${written.replace(/\s+/gu, " ").slice(-70)}`);
    }
  };
}

function answerText({ answer, citations, nearest, receipt }: GroundedAnswer): string {
  const sources = citations.map((citation) => `[${citation.n}] ${describe(citation)}\n`);
  const near = nearest.map((citation) => `Nearest: ${describe(citation)}\n`);
  const parts = [
    `${count(receipt.retrieved, "passage")} found, ${receipt.used} used`,
    receipt.model === "" ? "" : `${receipt.model} ${receipt.quantization}`,
    receipt.read
      ? `${count(receipt.read.chunks, "passage")} of ${count(receipt.read.documents, "document")} read`
      : "",
    formatMs(receipt.totalMs),
  ];
  return [`${answer}\n`, sources.join(""), near.join(""), `${parts.filter(Boolean).join(", ")}\n`]
    .filter(Boolean)
    .join("\n");
}

function describe({ document, location, quote }: Citation): string {
  const place = [document, formatLocation(location)].filter(Boolean).join(", ");
  return `${place}: “${oneLine(quote)}”`;
}
