import type { Devices } from "../../../src-main/contract/devices.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import type { Strings } from "../../lib/strings/index.ts";
import type { SelectOption } from "../../ui/Select.tsx";

/** What can be chosen; the choice on record stays in the list while its device is away. */
export function deviceOptions(
  value: string,
  devices: Devices | null,
  strings: Strings,
): readonly SelectOption<string>[] {
  const { settings: words } = strings;
  const graphics = devices?.devices.filter(({ backend }) => backend !== "cpu") ?? [];
  const options = [
    { value: "auto", label: words.deviceAutoOption },
    { value: "cpu", label: words.deviceCpu },
    ...graphics.map(({ id }) => ({ value: id, label: nameDevice(id, devices, strings) })),
  ];
  return options.some((option) => option.value === value)
    ? options
    : [...options, { value, label: words.deviceAway(value) }];
}

/** A device as people know it; its id where it is not there. */
export function nameDevice(
  id: string,
  devices: Devices | null,
  { settings: words, locale }: Strings,
): string {
  if (id === "cpu") return words.deviceCpu;
  const device = devices?.devices.find((each) => each.id === id);
  if (!device) return id;
  const free = formatBytes(device.freeBytes, locale);
  return words.deviceNamed(device.description, device.backend, free);
}
