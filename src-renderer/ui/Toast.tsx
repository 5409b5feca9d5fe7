import { X } from "lucide-react";
import { Toast as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { create } from "zustand";
import { useStrings } from "../lib/strings/index.ts";
import { Button } from "./Button.tsx";
import { IconButton } from "./IconButton.tsx";
import styles from "./Toast.module.css";

/** News of something that has been done. Errors are shown where they happened, not here. */
export interface ToastContent {
  readonly text: string;
  /** Usually undo. `altText` tells those who listen how else to do it. */
  readonly action?:
    | { readonly label: string; readonly altText: string; readonly onSelect: () => void }
    | undefined;
  /** How long it stays; pointing at it or focusing it holds it. */
  readonly durationMs?: number | undefined;
  /** Called once it is gone without its action: the moment to make a deletion final. */
  readonly onExpire?: (() => void) | undefined;
}

interface QueuedToast extends ToastContent {
  readonly id: number;
}

interface ToastState {
  readonly toasts: readonly QueuedToast[];
}

const useToasts = create<ToastState>(() => ({ toasts: [] }));
let nextId = 1;

/** Shows a toast; returns how to take it away. */
export function showToast(content: ToastContent): () => void {
  const id = nextId++;
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, { ...content, id }] }));
  return () => removeToast(id);
}

/** False when it was gone already, so that nothing is undone and made final both. */
function removeToast(id: number): boolean {
  const { toasts } = useToasts.getState();
  const rest = toasts.filter((toast) => toast.id !== id);
  useToasts.setState({ toasts: rest });
  return rest.length !== toasts.length;
}

/** Where toasts appear, announced politely. Once per window; UiProvider has it. */
export function ToastRegion({ children }: { children: ReactNode }): ReactNode {
  const strings = useStrings();
  const toasts = useToasts((state) => state.toasts);
  return (
    <Radix.Provider label={strings.ui.notifications("F8")} swipeDirection="right">
      {children}
      {toasts.map((toast) => (
        <Radix.Root
          key={toast.id}
          type="background"
          className={styles["toast"]}
          duration={toast.durationMs ?? 6_000}
          onOpenChange={(open) => {
            if (!open && removeToast(toast.id)) toast.onExpire?.();
          }}
        >
          <Radix.Description className={styles["text"]}>{toast.text}</Radix.Description>
          {toast.action && (
            <Radix.Action asChild altText={toast.action.altText}>
              <Button
                onClick={() => {
                  if (removeToast(toast.id)) toast.action?.onSelect();
                }}
              >
                {toast.action.label}
              </Button>
            </Radix.Action>
          )}
          <Radix.Close asChild>
            <IconButton icon={X} label={strings.common.dismiss} tooltipSide="top" />
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport className={styles["region"]} label={strings.ui.notifications("{hotkey}")} />
    </Radix.Provider>
  );
}
