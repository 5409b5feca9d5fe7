import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/Button.tsx";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";

/** Runs that are saved together, and what saving them is called in each format. */
export interface ExportGroup<Format extends string> {
  readonly id: string;
  readonly runs: readonly { readonly id: string }[];
  readonly labels: Readonly<Record<Format, string>>;
}

/** Saves kept runs, some or all, in one of several formats. */
export function ExportMenu<Format extends string>({
  label,
  formats,
  groups,
  onExport,
}: {
  readonly label: string;
  readonly formats: readonly Format[];
  readonly groups: readonly ExportGroup<Format>[];
  readonly onExport: (ids: string[], format: Format) => Promise<void>;
}): ReactNode {
  const items = groups.flatMap(({ id, runs, labels }, at): MenuItem[] => [
    ...(at > 0 ? [{ kind: "separator", id: `before-${id}` } as const] : []),
    ...formats.map((format) => ({
      id: `${id}-${format}`,
      label: labels[format],
      disabled: runs.length === 0,
      onSelect: () =>
        void onExport(
          runs.map((run) => run.id),
          format,
        ),
    })),
  ]);
  return (
    <Menu align="end" items={items}>
      <Button icon={Download}>{label}</Button>
    </Menu>
  );
}
