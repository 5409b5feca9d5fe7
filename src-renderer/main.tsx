import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/index.css";
import { link } from "./api/engine.ts";
import { App } from "./app/App.tsx";
import { startTheme } from "./lib/theme.ts";
import { UiProvider } from "./ui/UiProvider.tsx";

startTheme();
link.start();

const root = document.getElementById("root");
if (!root) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <UiProvider>
      <App />
    </UiProvider>
  </StrictMode>,
);
