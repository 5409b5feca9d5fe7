import type { ReactNode } from "react";
import type { LibraryOffer, PackageRegistry } from "../../../../src-main/contract/libraries.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { InlineError } from "../../../ui/InlineError.tsx";
import { TextField } from "../../../ui/TextField.tsx";
import pageStyles from "../SettingsPage.module.css";
import { useAutoSave } from "../useAutoSave.ts";
import { useSaveSettings } from "../useSaveSettings.ts";
import { Command } from "./Command.tsx";

/** Where libraries are fetched from; where nowhere, how to bring the file. */
export function RegistrySetting({
  value,
  registry,
  offers,
}: {
  readonly value: string | null;
  readonly registry: PackageRegistry;
  readonly offers: readonly LibraryOffer[];
}): ReactNode {
  const { libraries: words } = useStrings();
  const { save, error } = useSaveSettings();
  const field = useAutoSave(value ?? "", (text) =>
    save({ packageRegistry: text.trim() === "" ? null : text.trim() }),
  );
  const isSaved = field.text.trim() === (value ?? "");
  const { address, from, problem } = registry;
  const wanted = offers.find(({ status, verifiable }) => status === "absent" && verifiable);
  return (
    <div className={pageStyles["setting"]}>
      <TextField
        label={words.registry}
        type="url"
        placeholder={
          from === "environment" && address !== null ? address : words.registryPlaceholder
        }
        hint={from === "environment" ? words.registryEnvironment : words.registryHint}
        error={isSaved && problem !== null ? problem : undefined}
        value={field.text}
        onChange={field.setText}
        onBlur={field.flush}
      />
      {address === null && wanted && (
        <div>
          <p className={pageStyles["hint"]}>{words.noRegistry}</p>
          <Command text={wanted.command} />
        </div>
      )}
      {error && <InlineError error={error} />}
    </div>
  );
}
