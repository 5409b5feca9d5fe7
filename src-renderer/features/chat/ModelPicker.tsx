import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import type { ModelId } from "../../../src-main/contract/ids.ts";
import type { Model } from "../../../src-main/contract/models.ts";
import { call, modelsState, useMirror } from "../../api/engine.ts";
import { told } from "../../app/failures.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Menu } from "../../ui/Menu.tsx";
import type { MenuItem } from "../../ui/menuItems.tsx";
import { VisuallyHidden } from "../../ui/VisuallyHidden.tsx";
import styles from "./ModelPicker.module.css";

export interface ModelPickerProps {
  readonly modelId: ModelId | null;
  /** Null where there is no chat yet: then the choice is the default for new chats. */
  readonly onChange: ((modelId: ModelId) => void) | null;
}

/** The model that answers, with its quantization; another can be chosen without losing the chat. */
export function ModelPicker({ modelId, onChange }: ModelPickerProps): ReactNode {
  const { chat } = useStrings();
  const state = useMirror(modelsState, (value) => value);
  const go = useNavigation((navigation) => navigation.go);
  const models = (state?.models ?? []).filter((model) => model.kind === "chat" && !model.error);
  const id = modelId ?? state?.chatModelId ?? null;
  const current = models.find((model) => model.id === id);
  const loaded = state?.loaded.find((entry) => entry.modelId === id);
  const choose = (chosen: ModelId): void => {
    if (onChange) onChange(chosen);
    else void told(() => call("models.choose", { modelId: chosen }));
  };
  const itemOf = (model: Model): MenuItem => ({
    kind: "check",
    id: model.id,
    label: model.server
      ? model.name
      : `${model.name} · ${model.quantization} · ${formatBytes(model.bytes)}`,
    checked: model.id === id,
    onChange: () => choose(model.id),
  });
  const own = models.filter(({ server }) => !server);
  const remote = models.filter(({ server }) => server);
  const servers = [...new Set(remote.map(({ server }) => server?.id))];
  const items: MenuItem[] = [
    ...(remote.length > 0 && own.length > 0
      ? [{ kind: "heading", id: "own", label: chat.modelsHere } as const]
      : []),
    ...own.map(itemOf),
    ...servers.flatMap((serverId): MenuItem[] => {
      const offered = remote.filter(({ server }) => server?.id === serverId);
      const server = offered[0]?.server;
      if (!server) return [];
      const label = chat.modelsOn(server.name, server.host);
      return [{ kind: "heading", id: server.id, label }, ...offered.map(itemOf)];
    }),
    ...(models.length > 0 ? [{ kind: "separator", id: "line" } as const] : []),
    { id: "manage", label: chat.manageModels, onSelect: () => go({ kind: "models" }) },
  ];
  return (
    <Menu items={items} align="start">
      <button type="button" className={styles["picker"]}>
        <VisuallyHidden>{chat.modelPicker} </VisuallyHidden>
        <span className={styles["dot"]} data-status={loaded?.status ?? "idle"} aria-hidden />
        <span className={styles["name"]}>
          {current?.name ?? (id?.startsWith("server:") ? chat.serverModelGone : chat.noModel)}
        </span>
        {current && (
          <span className={styles["quant"]}>
            {current.server ? chat.onServer(current.server.host) : current.quantization}
          </span>
        )}
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden />
      </button>
    </Menu>
  );
}
