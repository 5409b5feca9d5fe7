import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startTheme, themePreferences, useTheme } from "./lib/theme.ts";
import "./styles/index.css";
import { UiProvider } from "./ui/index.ts";
import { Gallery } from "./gallery/Gallery.tsx";

/*
 * Every part in its states, on one page, for development. It is not shipped.
 * `?theme=dark` fixes the theme; `?show=dialog|alert|palette|menu|toast|drop` opens what floats.
 */
const query = new URLSearchParams(location.search);
const theme = themePreferences.find((preference) => preference === query.get("theme"));
startTheme();
if (theme) useTheme.getState().setPreference(theme);

const root = document.getElementById("root");
if (!root) throw new Error("The page has no element for the gallery.");
createRoot(root).render(
  <StrictMode>
    <UiProvider>
      <Gallery show={query.get("show")} />
    </UiProvider>
  </StrictMode>,
);
