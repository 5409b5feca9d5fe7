import { child, elements, textOf } from "../xml/XmlNode.ts";
import { readXml } from "../xml/readXml.ts";
import type { ZipFile } from "../zip/ZipFile.ts";

/** A link from one part of an Office file to another. */
export interface Relationship {
  id: string;
  /** The last word of its type, such as "slide" or "comments". */
  type: string;
  /** The name of the part in the container. Links to the outside are left out. */
  target: string;
}

/** The links of a part, in order; `part` is "" for the file's own. Nothing outside is followed. */
export async function relationships(zip: ZipFile, part: string): Promise<Relationship[]> {
  const slash = part.lastIndexOf("/");
  const folder = part.slice(0, slash + 1);
  const tree = await readXml(zip, `${folder}_rels/${part.slice(slash + 1)}.rels`);
  const list = tree && child(tree, "Relationships");
  return (list ? elements(list, "Relationship") : []).flatMap(({ attributes }) => {
    const { Id: id = "", Type: type = "", Target: target = "", TargetMode: mode } = attributes;
    if (mode === "External" || target === "") return [];
    return [{ id, type: type.slice(type.lastIndexOf("/") + 1), target: resolve(folder, target) }];
  });
}

/** The part that holds the document itself, by the file's links, else by its usual name. */
export async function mainPart(zip: ZipFile, usual: string): Promise<string> {
  const links = await relationships(zip, "");
  const target = links.find((link) => link.type === "officeDocument")?.target;
  return target !== undefined && zip.has(target) ? target : usual;
}

/** The title that the file's properties name. */
export async function officeTitle(zip: ZipFile): Promise<string | undefined> {
  const tree = await readXml(zip, "docProps/core.xml");
  const title = tree && child(tree, "coreProperties", "title");
  const text = title ? textOf(title).replace(/\s+/gu, " ").trim().slice(0, 300) : "";
  return text === "" ? undefined : text;
}

/** The name of a part, from the folder of the one that names it. */
export function resolve(folder: string, target: string): string {
  const path = target.startsWith("/") ? target.slice(1) : folder + target;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
