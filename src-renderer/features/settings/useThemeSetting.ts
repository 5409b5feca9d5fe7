import { useEffect } from "react";
import { settingsState, useMirror } from "../../api/engine.ts";
import { useTheme } from "../../lib/theme.ts";

/** Shows the theme that the engine has on record, as soon as it is known and whenever it changes. */
export function useThemeSetting(): void {
  const theme = useMirror(settingsState, (state) => state.theme);
  const setPreference = useTheme((state) => state.setPreference);
  useEffect(() => {
    if (theme !== undefined) setPreference(theme);
  }, [theme, setPreference]);
}
