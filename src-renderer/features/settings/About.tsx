import type { ReactNode } from "react";
import type { SystemState } from "../../../src-main/contract/system.ts";
import { useLinkStatus } from "../../api/engine.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { nameFaces } from "./nameFaces.ts";
import styles from "./SettingsPage.module.css";

/** Which Hearth this is, and who uses its engine now. */
export function About({ system }: { readonly system: SystemState }): ReactNode {
  const { settings: words } = useStrings();
  const link = useLinkStatus();
  const kinds = system.faces.map((face) => face.kind);
  return (
    <>
      <dl className={styles["facts"]} data-selectable>
        <dt>{words.version}</dt>
        <dd>{system.version}</dd>
        <dt>{words.process}</dt>
        {/* A process id is a name, not an amount: no separators. */}
        <dd>{String(system.pid)}</dd>
        <dt>{words.attached}</dt>
        <dd>{nameFaces(kinds, words.faces, words.several) || words.noFaces}</dd>
      </dl>
      {link.kind !== "ready" && <p className={styles["hint"]}>{words.away}</p>}
    </>
  );
}
