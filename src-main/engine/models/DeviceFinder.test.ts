import { describe, expect, it } from "vitest";
import { HearthError } from "../../contract/errors.ts";
import type { FoundDevice } from "../llama/child/devices.ts";
import type { LibraryPackageLocation } from "../llama/locateLibraries.ts";
import { DeviceFinder } from "./DeviceFinder.ts";

const packages: LibraryPackageLocation[] = [
  { platform: "linux-x64", backend: "cpu", folder: "/cpu" },
  { platform: "linux-x64-cuda", backend: "cuda", folder: null },
  { platform: "linux-x64-vulkan", backend: "vulkan", folder: "/vulkan" },
];
const found = (more: Partial<FoundDevice>): FoundDevice => ({
  name: "Vulkan0",
  description: "A card",
  kind: "graphics",
  backend: "vulkan",
  memoryBytes: 8e9,
  freeBytes: 7e9,
  ...more,
});

function finder(devices: readonly FoundDevice[] | HearthError) {
  let asked = 0;
  const made = new DeviceFinder({
    packages: () => packages,
    ask: async () => {
      asked++;
      if (devices instanceof HearthError) throw devices;
      return { kind: "devices", devices };
    },
  });
  return { made, asked: () => asked };
}

describe("DeviceFinder", () => {
  it("lists the processor and what each package finds, once for all who ask together", async () => {
    const { made, asked } = finder([found({}), found({ name: "CPU", backend: "cpu" })]);
    const [first, second] = await Promise.all([made.list(), made.list()]);
    expect(second).toBe(first);
    expect(asked()).toBe(1);
    expect(first.devices.map(({ id, package: name }) => `${id} ${name}`)).toEqual([
      "cpu linux-x64",
      "vulkan:Vulkan0 linux-x64-vulkan",
    ]);
    expect(first.devices[0]!.memoryBytes).toBeGreaterThan(0);
    expect(first.auto).toBe("vulkan:Vulkan0");
    expect(first.packages).toEqual([
      { name: "linux-x64", backend: "cpu", installed: true, problem: null },
      { name: "linux-x64-cuda", backend: "cuda", installed: false, problem: null },
      { name: "linux-x64-vulkan", backend: "vulkan", installed: true, problem: null },
    ]);
  });

  it.each([
    ["finds nothing", [found({ backend: "cpu" })], /No device was found/],
    [
      "crashes",
      new HearthError({ code: "model-died", title: "It ended.", cause: "It crashed." }),
      /It ended. It crashed./,
    ],
  ] as const)("says why a package that %s brings no device", async (_case, devices, problem) => {
    const { devices: all, packages: told, auto } = await finder(devices).made.list();
    expect(all.map(({ id }) => id)).toEqual(["cpu"]);
    expect(told.at(-1)?.problem).toMatch(problem);
    expect(auto).toBe("cpu");
  });
});
