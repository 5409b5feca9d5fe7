import {
  Check,
  CircleCheck,
  Copy,
  Gauge,
  Layers,
  MoreHorizontal,
  Scale,
  Shrink,
  TriangleAlert,
} from "lucide-react";
import { useState, type ReactNode } from "react";
import type { LoadedModel, MemoryEstimate, Model } from "../../../src-main/contract/models.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatBytes } from "../../lib/formatBytes.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Badge } from "../../ui/Badge.tsx";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { Menu } from "../../ui/Menu.tsx";
import { Progress } from "../../ui/Progress.tsx";
import { showToast } from "../../ui/Toast.tsx";
import { describeLoaded, describeSteps, isAway } from "./describeModel.ts";
import { FitLine } from "./FitLine.tsx";
import { KvDialog } from "./KvDialog.tsx";
import { LayersDialog } from "./LayersDialog.tsx";
import {
  chooseModel,
  loadModel,
  reportModelError,
  unloadModel,
  useModelWork,
} from "./modelActions.ts";
import styles from "./ModelCard.module.css";
import { QuantizeDialog } from "./QuantizeDialog.tsx";

export interface ModelVariantProps {
  readonly model: Model;
  /** Absent while it is not in memory. */
  readonly loaded: LoadedModel | undefined;
  /** It is the one for chats, for documents, or for the order of what is found. */
  readonly used: boolean;
  /** What it would need; absent until that is known, and where it cannot be. */
  readonly estimate?: MemoryEstimate | undefined;
}

/** One file of a model: how large it is, where it is from, what it does now, what it can do. */
export function ModelVariant({ model, loaded, used, estimate }: ModelVariantProps): ReactNode {
  const { models: words, locale } = useStrings();
  const purpose = model.kind === "unknown" ? null : model.kind;
  const usable = purpose !== null && !model.error;
  return (
    <li className={styles["variant"]}>
      <div className={styles["line"]}>
        <div className={styles["what"]}>
          <p className={styles["file"]}>
            {(!model.error || isAway(model)) && (
              <span className={styles["quantization"]}>
                {model.quantization || words.unknownQuantization}
              </span>
            )}
            <span className={styles["size"]}>{formatBytes(model.bytes, locale)}</span>
            {usable && used && (
              <Badge tone="accent" icon={Check}>
                {words.usedFor[purpose]}
              </Badge>
            )}
            {loaded?.status === "ready" && (
              <Badge tone="ok" icon={CircleCheck}>
                {words.loaded}
              </Badge>
            )}
          </p>
          <p className={styles["source"]} title={model.path} data-selectable>
            {model.source}
          </p>
          <p className={styles["source"]} title={model.path} data-selectable>
            {model.path}
          </p>
        </div>
        <VariantActions model={model} loaded={loaded} used={used} />
      </div>
      <VariantState model={model} loaded={loaded} estimate={estimate} />
    </li>
  );
}

function VariantActions({ model, loaded, used }: ModelVariantProps): ReactNode {
  const strings = useStrings();
  const { models: words } = strings;
  const go = useNavigation((navigation) => navigation.go);
  const cancelLoad = useModelWork((work) => work.loads[model.id]);
  const unloading = useModelWork((work) => work.unloading[model.id] ?? false);
  const [open, setOpen] = useState<"kv" | "layers" | "quantize" | null>(null);
  const purpose = model.kind === "unknown" ? null : model.kind;
  const name = words.variant(model.name, model.quantization);
  const copyPath = (): void => {
    const refused = (): void =>
      reportModelError(model.id, { code: "not-allowed", ...words.clipboardRefused });
    if (!navigator.clipboard) return refused();
    navigator.clipboard
      .writeText(model.path)
      .then(() => showToast({ text: words.pathCopied }), refused);
  };
  return (
    <div className={styles["actions"]}>
      {purpose !== null && !model.error && (
        <>
          {!used && (
            <Button
              aria-label={`${words.use[purpose]}: ${name}`}
              onClick={() => void chooseModel(model.id)}
            >
              {words.use[purpose]}
            </Button>
          )}
          {cancelLoad || loaded?.status === "loading" ? (
            // What another face or a chat is loading is stopped by unloading it.
            <Button
              aria-label={`${words.cancelLoad}: ${name}`}
              busy={!cancelLoad && unloading}
              onClick={cancelLoad ?? (() => void unloadModel(model.id))}
            >
              {words.cancelLoad}
            </Button>
          ) : loaded && loaded.status !== "failed" ? (
            <Button
              aria-label={`${words.unload}: ${name}`}
              busy={unloading}
              onClick={() => void unloadModel(model.id)}
            >
              {words.unload}
            </Button>
          ) : (
            <Button
              aria-label={`${loaded ? words.loadAgain : words.load}: ${name}`}
              onClick={() => void loadModel(model.id)}
            >
              {loaded ? words.loadAgain : words.load}
            </Button>
          )}
        </>
      )}
      <Menu
        align="end"
        items={[
          ...(model.kind === "chat" && !model.error
            ? [{ id: "kv", label: words.kv.open, icon: Gauge, onSelect: () => setOpen("kv") }]
            : []),
          ...(purpose !== null && !model.error && model.memory
            ? [
                {
                  id: "layers",
                  label: words.layers.open,
                  icon: Layers,
                  onSelect: () => setOpen("layers"),
                },
              ]
            : []),
          ...((purpose === "chat" || purpose === "embedding") && !model.error
            ? [
                {
                  id: "quantize",
                  label: words.quantize.open,
                  icon: Shrink,
                  onSelect: () => setOpen("quantize"),
                },
                {
                  id: "compare",
                  label: strings.quants.compareHere,
                  icon: Scale,
                  onSelect: () => go({ kind: "quants" }),
                },
              ]
            : []),
          { id: "path", label: words.copyPath, icon: Copy, onSelect: copyPath },
        ]}
      >
        <IconButton icon={MoreHorizontal} label={words.actions(name)} />
      </Menu>
      {open === "kv" && <KvDialog model={model} onClose={() => setOpen(null)} />}
      {open === "layers" && <LayersDialog model={model} onClose={() => setOpen(null)} />}
      {open === "quantize" && <QuantizeDialog model={model} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** What a model does now, and what went wrong. */
function VariantState({ model, loaded, estimate }: Omit<ModelVariantProps, "used">): ReactNode {
  const strings = useStrings();
  const { models: words, chat } = strings;
  const asked = useModelWork((work) => work.errors[model.id]);
  // The engine's own word on a failed model stays true; this window's may be older.
  const error = model.error ?? (loaded?.status === "failed" ? loaded.error : undefined) ?? asked;
  const template = loaded?.status === "ready" ? loaded.template : undefined;
  const warning =
    template?.source === "fallback"
      ? chat.fallbackTemplate(template.name)
      : !loaded && model.kind === "chat" && !model.hasChatTemplate && !model.error
        ? words.noTemplate
        : null;
  return (
    <div className={styles["state"]}>
      {loaded?.status === "loading" && (
        <Progress label={words.loading} fraction={loaded.progress > 0 ? loaded.progress : null} />
      )}
      {loaded?.status === "restarting" && <Progress label={words.restarting} fraction={null} />}
      {loaded?.status === "ready" && (
        <p className={styles["facts"]}>{describeLoaded(loaded, strings)}</p>
      )}
      {loaded && loaded.steps.length > 0 && <Steps loaded={loaded} />}
      {!loaded && !model.error && estimate && <FitLine estimate={estimate} />}
      {warning !== null && (
        <p className={styles["warning"]}>
          <TriangleAlert size={14} strokeWidth={2} aria-hidden />
          {warning}
        </p>
      )}
      {error && <InlineError error={error} tone={isAway(model) ? "warn" : "bad"} />}
    </div>
  );
}

/** What loading gave up so that the model runs at all. */
function Steps({ loaded }: { readonly loaded: LoadedModel }): ReactNode {
  const strings = useStrings();
  return (
    <div className={styles["warning"]}>
      <TriangleAlert size={14} strokeWidth={2} aria-hidden />
      <div>
        <p>{strings.models.stepsTitle}</p>
        <ul className={styles["steps"]}>
          {describeSteps(loaded.steps, strings).map(({ what, reason }) => (
            <li key={what}>
              {what}
              <span className={styles["reason"]}>{reason}</span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
