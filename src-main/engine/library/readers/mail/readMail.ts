import PostalMime, { type Address, type Email } from "postal-mime";
import { cancelledError } from "../../../../contract/errors.ts";
import { damagedError } from "../formatErrors.ts";
import { HtmlBody } from "../html/HtmlBody.ts";
import { oneLine, PartWriter } from "../parts/PartWriter.ts";
import type { MediaType, Reader, ReadSummary } from "../Reader.ts";
import { parseXml } from "../xml/parseXml.ts";
import { find } from "../xml/XmlNode.ts";
import { splitMbox } from "./splitMbox.ts";

/** Lines of mail are broken near this; a shorter one ended where its writer wanted. */
const brokenFrom = 55;

/** Reads one mail. Its subject heads it; who wrote to whom and when stands above its text. */
export const readEml: Reader = async (bytes, onPage, { signal }) => {
  const writer = new PartWriter(onPage, { signal, sections: true });
  const mail = await parse(bytes);
  const { from, to, subject, date, messageId } = mail;
  const known = [from, to, subject, date, messageId].some((field) => field !== undefined);
  if (!known) throw damagedError("It does not begin as a mail does.");
  writeMail(mail, writer);
  return await summary("message/rfc822", writer, oneLine(mail.subject ?? ""));
};

/** Reads a mailbox file: mails one behind the other. */
export const readMbox: Reader = async (bytes, onPage, { signal }) => {
  const writer = new PartWriter(onPage, { signal, sections: true });
  for (const message of splitMbox(bytes)) {
    if (signal?.aborted) throw cancelledError();
    writeMail(await parse(message), writer);
    writer.endPart();
    await writer.drain();
  }
  return await summary("application/mbox", writer, "");
};

async function summary(
  mediaType: MediaType,
  writer: PartWriter,
  title: string,
): Promise<ReadSummary> {
  const pageCount = await writer.finish("There is no mail in it.");
  return {
    mediaType,
    ...(title === "" ? {} : { title: title.slice(0, 300) }),
    pageCount,
    paged: false,
  };
}

async function parse(bytes: Uint8Array): Promise<Email> {
  try {
    return await PostalMime.parse(bytes);
  } catch (error) {
    throw damagedError("Its parts are nested too deeply, or its head is too large.", error);
  }
}

function writeMail(mail: Email, writer: PartWriter): void {
  writer.endSections();
  writer.heading(mail.subject ?? "Mail without a subject", 1);
  const head = [
    ["From", mail.from ? [mail.from] : []],
    ["To", mail.to ?? []],
    ["Copy", mail.cc ?? []],
  ] as const;
  const lines = head.flatMap(([name, people]) =>
    people.length === 0 ? [] : [`${name}: ${people.map(named).join(", ")}`],
  );
  const date = mail.date === undefined ? [] : [`Date: ${readable(mail.date)}`];
  writer.paragraph([...lines, ...date].join("\n"));
  if (mail.text !== undefined && mail.text.trim() !== "") writeText(mail.text, writer);
  else if (mail.html !== undefined) {
    const page = parseXml(mail.html, { html: true });
    new HtmlBody(writer).write(find(page, "body") ?? page);
  }
  for (const { filename, related } of mail.attachments) {
    if (filename !== null && related !== true) writer.paragraph(`Attachment: ${filename}`, "note");
  }
}

function named(person: Address): string {
  if (person.group) return `${person.name} (${person.group.map(named).join(", ")})`;
  return person.name === "" ? person.address : `${person.name} <${person.address}>`;
}

/** As the mail has it, without what only programs read. */
function readable(date: string): string {
  return date.replace(/T(\d\d:\d\d):\d\d(?:\.\d+)?Z$/u, " $1 UTC");
}

/** Paragraphs between empty lines; lines of the mail that is answered are quotes. */
function writeText(text: string, writer: PartWriter): void {
  let kind: "paragraph" | "quote" = "paragraph";
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) writer.paragraph(joinBroken(lines), kind);
    lines = [];
  };
  for (const line of text.replace(/\r\n?/gu, "\n").split("\n")) {
    const marks = /^[>\s]*>/u.exec(line)?.[0] ?? "";
    const own = marks === "" ? "paragraph" : "quote";
    const plain = line.slice(marks.length).trim();
    if (plain === "" || own !== kind) flush();
    kind = own;
    if (plain !== "") lines.push(plain);
  }
  flush();
}

/** Puts together lines that were broken because they were full. */
function joinBroken(lines: readonly string[]): string {
  return lines.reduce((text, line, at) => {
    const before = lines[at - 1] ?? "";
    const full = before.length >= brokenFrom && !/^(?:[-*•]|\d+[.)])\s/u.test(line);
    return `${text}${full ? " " : "\n"}${line}`;
  });
}
