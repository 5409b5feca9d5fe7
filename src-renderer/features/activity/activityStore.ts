import { useSyncExternalStore } from "react";
import { create } from "zustand";
import { activityState } from "../../api/engine.ts";
import { readRemembered, writeRemembered } from "../../lib/remembered.ts";
import { Throttled } from "./Throttled.ts";

/** The strip and its button change at most four times a second. */
const everyMs = 250;
const rememberedAs = "activity";

const activity = new Throttled(activityState, everyMs);

/** What loaded chat models do, at most four times a second. */
export function useActivity(): ReturnType<typeof activityState.getState>["value"] {
  return useSyncExternalStore(activity.subscribe, activity.getState).value;
}

interface ActivityPanel {
  readonly open: boolean;
  toggle(): void;
}

/** Whether the strip is shown. Remembered: who wants it once wants it again. */
export const useActivityPanel = create<ActivityPanel>((set, get) => ({
  open: readRemembered(rememberedAs, 0) === 1,
  toggle: () => {
    const open = !get().open;
    writeRemembered(rememberedAs, open ? 1 : 0);
    set({ open });
  },
}));
