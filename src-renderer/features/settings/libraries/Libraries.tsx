import { Download, FileInput, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { isCancelled, toErrorData, type ErrorData } from "../../../../src-main/contract/errors.ts";
import type { LibrariesState, LibraryOffer } from "../../../../src-main/contract/libraries.ts";
import { call, librariesState, link, useMirror } from "../../../api/engine.ts";
import { formatBytes } from "../../../lib/formatBytes.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { ConfirmDialog } from "../../../ui/ConfirmDialog.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { Progress } from "../../../ui/Progress.tsx";
import { Skeleton } from "../../../ui/Skeleton.tsx";
import { showToast } from "../../../ui/Toast.tsx";
import pageStyles from "../SettingsPage.module.css";
import { describeInstall, describeOffer } from "./describeLibrary.ts";
import { LibraryFileDialog } from "./LibraryFileDialog.tsx";
import styles from "./Libraries.module.css";
import { RegistrySetting } from "./RegistrySetting.tsx";

/** The libraries for graphics devices: which are here, how others get here, and how they go. */
export function Libraries({
  registrySetting,
}: {
  readonly registrySetting: string | null;
}): ReactNode {
  const { libraries: words, locale } = useStrings();
  const state = useMirror(librariesState, (value) => value);
  const [asked, setAsked] = useState<{ what: "file" | "remove"; offer: LibraryOffer } | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  if (!state) return <Skeleton label={words.reading} lines={2} />;
  if (state.offers.length === 0) return <p className={pageStyles["hint"]}>{words.none}</p>;
  const fetchIt = async ({ name }: LibraryOffer): Promise<void> => {
    setError(null);
    try {
      // The state tells every window how far it is.
      await link.client.stream("libraries.install", { name }).result;
      showToast({ text: words.installed(name) });
    } catch (failure) {
      const told = toErrorData(failure);
      // What went wrong with the package itself is in the state.
      if (!isCancelled(failure) && told.code === "conflict") setError(told);
    }
  };
  return (
    <div className={pageStyles["setting"]}>
      <ul className={pageStyles["folders"]} aria-label={words.list}>
        {state.offers.map((offer) => (
          <Row
            key={offer.name}
            offer={offer}
            state={state}
            onFetch={() => void fetchIt(offer)}
            onFile={() => setAsked({ what: "file", offer })}
            onRemove={() => setAsked({ what: "remove", offer })}
          />
        ))}
      </ul>
      {/* The dialog tells by itself what is wrong with its file. */}
      {state.failed && asked?.what !== "file" && <InlineError error={state.failed.error} />}
      {error && <InlineError error={error} />}
      <RegistrySetting value={registrySetting} registry={state.registry} offers={state.offers} />
      {asked?.what === "file" && (
        <LibraryFileDialog offer={asked.offer} onClose={() => setAsked(null)} />
      )}
      {asked?.what === "remove" && (
        <ConfirmDialog
          title={words.removeTitle(words.names[asked.offer.backend])}
          text={words.removeText}
          confirmLabel={words.removeConfirm}
          action={async () => {
            const { name } = asked.offer;
            const { freedBytes } = await call("libraries.remove", { name });
            showToast({ text: words.removed(name, formatBytes(freedBytes, locale)) });
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

function Row({
  offer,
  state,
  onFetch,
  onFile,
  onRemove,
}: {
  readonly offer: LibraryOffer;
  readonly state: LibrariesState;
  readonly onFetch: () => void;
  readonly onFile: () => void;
  readonly onRemove: () => void;
}): ReactNode {
  const strings = useStrings();
  const { libraries: words, locale } = strings;
  const { name, backend, status, downloadBytes, verifiable } = offer;
  const title = words.names[backend];
  const bytes = formatBytes(downloadBytes ?? 0, locale);
  const isBusy = state.installing !== null;
  if (state.installing?.name === name)
    return (
      <li className={styles["row"]}>
        <Installing {...describeInstall(state.installing, strings)} />
      </li>
    );
  return (
    <li className={styles["row"]}>
      <div className={styles["what"]}>
        <p className={pageStyles["label"]}>{title}</p>
        <p className={pageStyles["hint"]}>{describeOffer(offer, strings)}</p>
        <p className={pageStyles["hint"]}>{words.needs[backend]}</p>
      </div>
      {status === "absent" && verifiable && (
        <div className={styles["actions"]}>
          <Button
            icon={Download}
            aria-label={words.getNamed(title, bytes)}
            disabled={isBusy || state.registry.address === null}
            onClick={onFetch}
          >
            {words.get(bytes)}
          </Button>
          <Button
            icon={FileInput}
            aria-label={words.fileNamed(title)}
            disabled={isBusy}
            onClick={onFile}
          >
            {words.file}
          </Button>
        </div>
      )}
      {status === "added" && (
        <Button
          icon={Trash2}
          aria-label={words.removeNamed(title)}
          disabled={isBusy}
          onClick={onRemove}
        >
          {words.remove}
        </Button>
      )}
    </li>
  );
}

function Installing(props: {
  readonly label: string;
  readonly fraction: number;
  readonly detail: string;
}): ReactNode {
  const { libraries: words, common } = useStrings();
  const [stopping, setStopping] = useState(false);
  const stop = (): void => {
    setStopping(true);
    // How it ended is in the state; an engine that is away has ended it, too.
    call("libraries.cancel", {}).catch(() => setStopping(false));
  };
  return (
    <div className={styles["progress"]}>
      <Progress {...props} />
      <Button busy={stopping} busyLabel={words.stopping} onClick={stop}>
        {common.cancel}
      </Button>
    </div>
  );
}
