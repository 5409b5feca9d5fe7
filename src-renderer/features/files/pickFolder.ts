import { call } from "../../api/engine.ts";

/** By the system's dialog. */
export async function pickFolder(onPath: (path: string) => void): Promise<void> {
  const { paths } = await call("folders.pick", {});
  const [path] = paths ?? [];
  if (path !== undefined) onPath(path);
}
