import type { ReactNode } from "react";
import { useStrings } from "../lib/strings/index.ts";
import { themePreferences, useTheme } from "../lib/theme.ts";
import type { FieldProps } from "./Field.tsx";
import { Segmented } from "./Segmented.tsx";

/** System, light or dark; shown at once. */
export function ThemeSwitch({ layout }: Pick<FieldProps, "layout">): ReactNode {
  const { ui } = useStrings();
  const { preference, setPreference } = useTheme();
  return (
    <Segmented
      label={ui.theme}
      layout={layout}
      value={preference}
      onChange={setPreference}
      options={themePreferences.map((value) => ({ value, label: ui.themes[value] }))}
    />
  );
}
