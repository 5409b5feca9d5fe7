import { X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import type { ChatId, ModelId } from "../../../src-main/contract/ids.ts";
import { isSameModel } from "../../../src-main/contract/modelFamily.ts";
import { modelsState, useMirror } from "../../api/engine.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings, type Strings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { useChats } from "./chatStore.ts";
import { dismissSwitch, undoSwitch, useSwitches, type Switch } from "./switchModel.ts";
import styles from "./SwitchLine.module.css";

/** What became of choosing another model for this chat, and the way back. */
export function SwitchLine({ chatId }: { readonly chatId: ChatId }): ReactNode {
  const strings = useStrings();
  const { chat: words, common } = strings;
  const found = useSwitches(({ switches }) => switches[chatId]);
  const models = useMirror(modelsState, (state) => state.models) ?? [];
  const live = useChats(({ chats }) => (chats[chatId]?.live ?? null) !== null);
  // Once it answers, the line has been read.
  useEffect(() => {
    if (live) dismissSwitch(chatId);
  }, [chatId, live]);
  if (!found || live) return null;
  const name = nameIn(models, found);
  const undo = (
    <Button onClick={() => void undoSwitch(chatId)} aria-label={words.switchUndo(name(found.from))}>
      {common.undo}
    </Button>
  );
  const { state } = found;
  if (state.kind === "failed") {
    return (
      <div className={styles["line"]}>
        <InlineError error={state.error} actions={undo} />
      </div>
    );
  }
  return (
    <div className={styles["line"]}>
      <div className={styles["words"]}>
        {/* What is told aloud changes once; how far it is would be told again and again. */}
        <span role="status">
          <span>{words.switchedTo(name(found.to))}</span>{" "}
          {state.kind === "done" && (
            <span className={styles["note"]}>
              {state.tokens > 0
                ? words.switchRead(formatCount(state.tokens, strings.locale))
                : words.switchLoaded}
            </span>
          )}
        </span>
        <Reading state={state} strings={strings} />
      </div>
      {undo}
      <IconButton icon={X} label={words.dismiss} onClick={() => dismissSwitch(chatId)} />
    </div>
  );
}

function Reading({
  state,
  strings: { chat: words, locale },
}: {
  readonly state: Switch["state"];
  readonly strings: Strings;
}): ReactNode {
  if (state.kind === "loading") {
    const fraction = state.fraction > 0 ? state.fraction : null;
    return <Progress label={words.switchLoading} fraction={fraction} />;
  }
  if (state.kind !== "reading") return null;
  const [done, total] = [state.done, state.total].map((tokens) => formatCount(tokens, locale));
  return (
    <Progress
      label={words.switchReading(done ?? "", total ?? "")}
      fraction={state.total > 0 ? state.done / state.total : null}
    />
  );
}

type Models = NonNullable<ReturnType<typeof modelsState.getState>["value"]>["models"];

/** Quantizations of one model are told by their quantization alone. */
function nameIn(models: Models, { from, to }: Switch): (id: ModelId) => string {
  const one = models.find(({ id }) => id === from);
  const other = models.find(({ id }) => id === to);
  const same = one !== undefined && other !== undefined && isSameModel(one, other);
  return (id) => {
    const model = id === from ? one : other;
    if (!model) return id;
    return same ? model.quantization : `${model.name} ${model.quantization}`.trim();
  };
}
