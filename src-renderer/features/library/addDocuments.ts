import { maxSliceBytes, type IngestResult } from "../../../src-main/contract/documents.ts";
import type { DocumentId } from "../../../src-main/contract/ids.ts";
import { HearthError, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { create } from "zustand";
import { desktopBridge } from "../../api/bridge.ts";
import { call, link } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { getStrings, type Strings } from "../../lib/strings/index.ts";
import { showToast } from "../../ui/Toast.tsx";

interface AddState {
  /** Why the library could not be changed at all; failures of single files are in their rows. */
  readonly error: ErrorData | null;
  /** Files on their way from the browser to the engine. */
  readonly uploading: number;
}

export const useAdding = create<AddState>(() => ({ error: null, uploading: 0 }));

export function dismissAddError(): void {
  useAdding.setState({ error: null });
}

/** Takes files that were dropped or picked in the page. */
export async function addFiles(files: readonly File[]): Promise<void> {
  if (files.length === 0) return;
  try {
    const paths = await pathsOf(files);
    if (paths.length > 0) await ingest(paths);
  } catch (error) {
    tellError(toErrorData(error));
  }
}

/** Where files of the page lie. What has no path (a browser's files, a text) is sent over first. */
export async function pathsOf(files: readonly File[]): Promise<string[]> {
  const bridge = desktopBridge();
  const located = files.map((file) => ({ file, path: bridge?.pathForFile(file) ?? "" }));
  const sent = await uploadAll(located.filter(({ path }) => path === "").map(({ file }) => file));
  return [...located.map(({ path }) => path).filter((path) => path !== ""), ...sent];
}

/** Opens the file dialog of the face: the system's, or the browser's own. */
export async function pickDocuments(): Promise<void> {
  try {
    const { paths } = await call("documents.pick", {});
    if (paths === null) return pickFiles((files) => void addFiles(files));
    if (paths.length > 0) await ingest(paths);
  } catch (error) {
    tellError(toErrorData(error));
  }
}

/** Takes documents out of the library; the files themselves stay where they are. */
export async function removeDocuments(documentIds: readonly DocumentId[]): Promise<void> {
  try {
    await call("documents.remove", { documentIds: [...documentIds] });
  } catch (error) {
    useAdding.setState({ error: toErrorData(error) });
  }
}

async function ingest(paths: string[]): Promise<void> {
  useAdding.setState({ error: null });
  // What has a row tells there how it went.
  const { documents } = await link.client.stream("documents.ingest", { paths }).result;
  const error = describeUnadded(documents, getStrings());
  if (error) tellError(error);
}

/** It stands in the library; whoever dropped files somewhere else is told that it does. */
function tellError(error: ErrorData): void {
  useAdding.setState({ error });
  const { view, go } = useNavigation.getState();
  if (view.kind === "library") return;
  const { showError, showErrorAlt } = getStrings().library;
  showToast({
    text: error.title,
    action: {
      label: showError,
      altText: showErrorAlt,
      onSelect: () => go({ kind: "library" }),
    },
  });
}

/** What is to be said of files and folders that came to have no row; null where all have one. */
export function describeUnadded(
  results: readonly Pick<IngestResult, "documentId" | "name" | "error">[],
  { library: words }: Strings,
): ErrorData | null {
  if (results.length === 0) {
    return {
      code: "bad-input",
      title: words.nothingAdded,
      cause: words.nothingReadable,
      suggestion: words.nothingHelp,
    };
  }
  const failed = results.flatMap(({ documentId, name, error }) =>
    documentId === null && error ? [{ name, error }] : [],
  );
  const [first] = failed;
  if (!first || failed.length === 1) return first?.error ?? null;
  return {
    ...first.error,
    title: words.notOpened(failed.length),
    cause: failed.map(({ name }) => name).join(", "),
  };
}

/** Opens the browser's own dialog; what kinds of files can be read, each file's row tells. */
export function pickFiles(onFiles: (files: readonly File[]) => void): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.addEventListener("change", () => onFiles([...(input.files ?? [])]));
  input.click();
}

async function uploadAll(files: readonly File[]): Promise<string[]> {
  useAdding.setState(({ uploading }) => ({ uploading: uploading + files.length }));
  const paths: string[] = [];
  try {
    for (const file of files) {
      paths.push(await upload(file));
      useAdding.setState(({ uploading }) => ({ uploading: uploading - 1 }));
    }
  } catch (error) {
    useAdding.setState({ uploading: 0 });
    throw error;
  }
  return paths;
}

async function upload(file: File): Promise<string> {
  const uploadId = crypto.randomUUID();
  let offset = 0;
  for (;;) {
    const slice = file.slice(offset, offset + maxSliceBytes);
    const last = offset + slice.size >= file.size;
    const base64 = await toBase64(slice);
    const { path } = await call("documents.upload", {
      uploadId,
      name: file.name,
      offset,
      base64,
      last,
    });
    if (path !== null) return path;
    offset += slice.size;
    if (last) {
      throw new HearthError({
        code: "unavailable",
        title: `${file.name} did not arrive whole.`,
        suggestion: "Drop it again.",
      });
    }
  }
}

async function toBase64(slice: Blob): Promise<string> {
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result as string));
    reader.addEventListener("error", () => reject(reader.error ?? new Error("Reading failed.")));
    reader.readAsDataURL(slice);
  });
  return address.slice(address.indexOf(",") + 1);
}
