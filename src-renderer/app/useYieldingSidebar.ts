import { useEffect, useState } from "react";
import { useNavigation } from "./navigation.ts";

/** Below this width there is no room for sidebar, conversation and side panel beside each other. */
const crowded = "(min-width: 640px) and (max-width: 1119.98px)";

/** Hides the sidebar while a side panel needs its room, and brings back what it hid. */
export function useYieldingSidebar(panelOpen: boolean): void {
  const narrow = useMediaQuery(crowded);
  const yields = panelOpen && narrow;
  useEffect(() => {
    const { sidebarOpen, setSidebar } = useNavigation.getState();
    if (!yields || !sidebarOpen) return;
    setSidebar(false);
    return () => setSidebar(true);
  }, [yields]);
}

function useMediaQuery(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = (): void => setMatches(list.matches);
    onChange();
    list.addEventListener("change", onChange);
    return () => list.removeEventListener("change", onChange);
  }, [query]);
  return matches;
}
