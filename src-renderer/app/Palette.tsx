import {
  Activity,
  Box,
  ClipboardCheck,
  FilePlus,
  Gauge,
  HardDrive,
  Library,
  MessageSquare,
  MessageSquarePlus,
  Plug,
  Scale,
  ScrollText,
  Settings,
} from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import type { ChatId } from "../../src-main/contract/ids.ts";
import { call, chatList, useMirror } from "../api/engine.ts";
import { useActivityPanel } from "../features/activity/activityStore.ts";
import { pickDocuments } from "../features/library/addDocuments.ts";
import { shownShortcut } from "../lib/shortcuts/registry.ts";
import { useStrings } from "../lib/strings/index.ts";
import { CommandPalette, type PaletteGroup } from "../ui/CommandPalette.tsx";
import { useNavigation, type View } from "./navigation.ts";

const searchDelayMs = 120;
const listedChats = 50;

interface TextHit {
  chatId: ChatId;
  title: string;
  snippet: string;
}

/** Chats by title or text, and every command, from one field. */
export function Palette({
  open,
  onOpenChange,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}): ReactNode {
  const strings = useStrings();
  const { app } = strings;
  const { open: activityOpen, toggle: toggleActivity } = useActivityPanel();
  const go = useNavigation((navigation) => navigation.go);
  const chats = useMirror(chatList, (state) => state.chats) ?? [];
  const [query, setQuery] = useState("");
  const { hits, busy } = useTextSearch(open ? query : "");
  const show = (view: View): void => {
    onOpenChange(false);
    go(view);
  };
  const groups: PaletteGroup[] = [
    {
      id: "commands",
      heading: app.paletteCommands,
      items: [
        {
          id: "new",
          label: app.newChat,
          icon: MessageSquarePlus,
          shortcut: shownShortcut("newChat"),
          onSelect: () => show({ kind: "chat", chatId: null }),
        },
        {
          id: "add",
          label: strings.shortcuts.addDocuments,
          icon: FilePlus,
          shortcut: shownShortcut("addDocuments"),
          onSelect: () => {
            onOpenChange(false);
            void pickDocuments();
          },
        },
        {
          id: "library",
          label: app.library,
          icon: Library,
          onSelect: () => show({ kind: "library" }),
        },
        { id: "models", label: app.models, icon: Box, onSelect: () => show({ kind: "models" }) },
        { id: "bench", label: app.bench, icon: Gauge, onSelect: () => show({ kind: "bench" }) },
        { id: "quants", label: app.quants, icon: Scale, onSelect: () => show({ kind: "quants" }) },
        {
          id: "evals",
          label: app.evals,
          icon: ClipboardCheck,
          onSelect: () => show({ kind: "evals" }),
        },
        {
          id: "activity",
          label: activityOpen ? strings.activity.hide : strings.activity.show,
          icon: Activity,
          onSelect: () => {
            onOpenChange(false);
            toggleActivity();
          },
        },
        {
          id: "settings",
          label: app.settings,
          icon: Settings,
          shortcut: shownShortcut("settings"),
          onSelect: () => show({ kind: "settings" }),
        },
        {
          id: "storage",
          label: strings.storage.title,
          icon: HardDrive,
          onSelect: () => show({ kind: "storage" }),
        },
        {
          id: "api",
          label: strings.api.title,
          icon: Plug,
          onSelect: () => show({ kind: "api" }),
        },
        {
          id: "network",
          label: app.network,
          icon: ScrollText,
          onSelect: () => show({ kind: "network" }),
        },
      ],
    },
    {
      id: "chats",
      heading: app.chats,
      items: chats.slice(0, listedChats).map((chat) => ({
        id: chat.id,
        label: chat.title || app.untitled,
        icon: MessageSquare,
        onSelect: () => show({ kind: "chat", chatId: chat.id }),
      })),
    },
    {
      id: "texts",
      heading: app.paletteTexts,
      alreadyFiltered: true,
      items: hits.map((hit) => ({
        id: `text-${hit.chatId}`,
        label: hit.title || app.untitled,
        hint: hit.snippet,
        onSelect: () => show({ kind: "chat", chatId: hit.chatId }),
      })),
    },
  ];
  return (
    <CommandPalette
      open={open}
      onOpenChange={onOpenChange}
      label={app.palettePlaceholder}
      placeholder={app.palettePlaceholder}
      query={query}
      onQueryChange={setQuery}
      groups={groups}
      busy={busy}
      busyLabel={app.searching}
    />
  );
}

/** Chats whose texts hold the words, a moment after typing has paused. */
function useTextSearch(query: string): { hits: TextHit[]; busy: boolean } {
  const [hits, setHits] = useState<TextHit[]>([]);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    const words = query.trim();
    if (words.length < 2) {
      setHits([]);
      setBusy(false);
      return;
    }
    const controller = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      call("chats.search", { query: words, limit: 10 }, { signal: controller.signal }).then(
        ({ results }) => {
          setHits(results);
          setBusy(false);
        },
        () => {
          // A newer search took its place, or the engine is away; the titles still work.
          if (!controller.signal.aborted) setBusy(false);
        },
      );
    }, searchDelayMs);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [query]);
  return { hits, busy };
}
