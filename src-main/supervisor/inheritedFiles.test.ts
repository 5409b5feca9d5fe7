import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { TestHome } from "./fixtures/testHome.ts";

describe.runIf(process.platform === "linux")("inherited files", () => {
  it("of a face are closed in the engine that it starts", async () => {
    const home = await TestHome.make();
    const leaked = path.join(os.tmpdir(), `hearth-leak-${process.pid}`);
    const handle = await fs.open(leaked, "w");
    try {
      // Node marks the first descriptors that it finds at its start. One beyond a gap it misses, as
      // it would Chromium's later ones.
      const gap = Array.from({ length: 40 }, () => "ignore" as const);
      const face = spawn(
        process.execPath,
        [
          path.join(import.meta.dirname, "fixtures", "startFromLeakyFace.ts"),
          home.path,
          path.join(import.meta.dirname, "fixtures", "testEngine.ts"),
        ],
        { stdio: ["ignore", "pipe", "inherit", ...gap, handle.fd] },
      );
      let output = "";
      face.stdout?.on("data", (part: Buffer) => (output += part.toString()));
      expect(await once(face, "close")).toEqual([0, null]);
      const open = await openFiles(Number(output));
      expect(open.some((file) => file.endsWith("engine.lock"))).toBe(true);
      expect(open).not.toContain(leaked);
    } finally {
      await handle.close();
      await fs.rm(leaked);
      await home.dispose();
    }
  });
});

async function openFiles(pid: number): Promise<string[]> {
  const folder = `/proc/${pid}/fd`;
  return await Promise.all(
    (await fs.readdir(folder)).map((name) =>
      fs.readlink(path.join(folder, name)).catch(() => "closed"),
    ),
  );
}
