import { Search } from "lucide-react";
import { useState, type ReactNode } from "react";
import { hubState, settingsState, useMirror } from "../../../api/engine.ts";
import { useStrings } from "../../../lib/strings/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { InlineError } from "../../../ui/InlineError.tsx";
import { Select } from "../../../ui/Select.tsx";
import { TextField } from "../../../ui/TextField.tsx";
import { CatalogList } from "./CatalogList.tsx";
import { hostOf } from "./describeHub.ts";
import styles from "./Find.module.css";
import { FoundList } from "./FoundList.tsx";
import { search, setFilters, useFind } from "./findStore.ts";
import { HubDialog } from "./HubDialog.tsx";
import { OfflineList } from "./OfflineList.tsx";
import { sizeRanges, type SizeRange } from "./sizeRanges.ts";

/** Hearth's own list, and the search at the hub. The network is asked only when the user searches. */
export function FindModels(): ReactNode {
  const { hub: words } = useStrings();
  const state = useMirror(hubState, (value) => value);
  const offline = useMirror(settingsState, ({ offline: locked }) => locked) ?? false;
  const { filters, found, busy, error } = useFind();
  const [changing, setChanging] = useState(false);
  const host = hostOf(state?.endpoint);
  return (
    <div className={styles["find"]}>
      <OfflineList />
      <form
        className={styles["form"]}
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (!offline) void search();
        }}
      >
        <TextField
          label={words.search.label}
          hideLabel
          type="search"
          icon={Search}
          placeholder={words.search.placeholder(host)}
          value={filters.text}
          onChange={(text) => setFilters({ text })}
        />
        <Button
          type="submit"
          variant="primary"
          disabled={offline}
          busy={busy}
          busyLabel={words.search.searching}
        >
          {words.search.button}
        </Button>
        <Button onClick={() => setChanging(true)}>{words.settings.open}</Button>
      </form>
      <Filters />
      <p className={styles["note"]}>{words.search.usesNetwork(host)}</p>
      {state?.endpointProblem && <p className={styles["note"]}>{state.endpointProblem}</p>}
      {error && <InlineError error={error} />}
      {found === null && !busy ? <CatalogList /> : <FoundList />}
      {changing && <HubDialog onClose={() => setChanging(false)} />}
    </div>
  );
}

const tasks = [
  "text-generation",
  "feature-extraction",
  "sentence-similarity",
  "text-ranking",
] as const;
const licenses = ["apache-2.0", "mit", "gemma", "llama3.2", "llama3.1", "cc-by-4.0"] as const;
const sorts = ["trending", "downloads", "likes", "updated"] as const;

function Filters(): ReactNode {
  const { hub: words } = useStrings();
  const { filters } = useFind();
  return (
    <div className={styles["filters"]}>
      <Select
        label={words.sort.label}
        value={filters.sort}
        options={sorts.map((value) => ({ value, label: words.sort[value] }))}
        onChange={(sort) => setFilters({ sort })}
      />
      <Select
        label={words.size.label}
        value={filters.size}
        options={Object.keys(sizeRanges).map((value) => ({
          value: value as SizeRange,
          label: words.size[value as SizeRange],
        }))}
        onChange={(size) => setFilters({ size })}
      />
      <Select
        label={words.task.label}
        value={filters.task}
        options={[
          { value: "any", label: words.task.any },
          ...tasks.map((value) => ({ value, label: words.task[value] })),
        ]}
        onChange={(task) => setFilters({ task })}
      />
      <Select
        label={words.license.label}
        value={filters.license}
        options={[
          { value: "any", label: words.license.any },
          ...licenses.map((value) => ({ value, label: words.license[value] })),
        ]}
        onChange={(license) => setFilters({ license })}
      />
    </div>
  );
}
