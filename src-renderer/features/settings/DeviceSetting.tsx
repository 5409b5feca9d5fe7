import { useEffect, useState, type ReactNode } from "react";
import type { Devices } from "../../../src-main/contract/devices.ts";
import { isCancelled, toErrorData, type ErrorData } from "../../../src-main/contract/errors.ts";
import { call, librariesState, useLinkStatus, useMirror } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { InlineError } from "../../ui/InlineError.tsx";
import { Select } from "../../ui/Select.tsx";
import { lackingLibraries } from "./libraries/describeLibrary.ts";
import { deviceOptions, nameDevice } from "./deviceOptions.ts";
import styles from "./SettingsPage.module.css";
import { useSaveSettings } from "./useSaveSettings.ts";

/** Where models run: by Hearth's choice, on the processor, or on one device that is there. */
export function DeviceSetting({ value }: { readonly value: string }): ReactNode {
  const strings = useStrings();
  const { settings: words } = strings;
  const { save, error, busy } = useSaveSettings();
  const offers = useMirror(librariesState, (state) => state.offers) ?? [];
  const here = offers.filter(({ status }) => status !== "absent").map(({ name }) => name);
  const { devices, error: lookError } = useDevices(here.join());
  const lacking = value === "auto" ? lackingLibraries(devices, offers, strings) : [];
  const shownError = error ?? lookError;
  const problem = devices?.packages.find((each) => each.problem !== null)?.problem;
  const hint = devices
    ? value === "auto"
      ? words.deviceAuto(nameDevice(devices.auto, devices, strings))
      : words.deviceOwn
    : words.devicesReading;
  return (
    <div className={styles["setting"]}>
      <Select
        label={words.device}
        hint={hint}
        layout="row"
        value={value}
        busy={busy}
        options={deviceOptions(value, devices, strings)}
        onChange={(device) => void save({ device })}
      />
      {lacking.map((line) => (
        <p key={line} className={styles["hint"]}>
          {line}
        </p>
      ))}
      {devices && devices.devices.length === 1 && problem && (
        <p className={styles["hint"]}>{words.devicesNone(problem)}</p>
      )}
      {shownError && <InlineError error={shownError} />}
    </div>
  );
}

/** @param here libraries that are here: with others there are other devices */
function useDevices(here: string): { devices: Devices | null; error: ErrorData | null } {
  const [devices, setDevices] = useState<Devices | null>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const ready = useLinkStatus().kind === "ready";
  useEffect(() => {
    if (!ready) return;
    const asked = new AbortController();
    call("devices.list", {}, { signal: asked.signal }).then(setDevices, (failure: unknown) => {
      if (!isCancelled(failure)) setError(toErrorData(failure));
    });
    return () => asked.abort();
  }, [ready, here]);
  return { devices, error };
}
