import { HardDrive, Plug, ScrollText } from "lucide-react";
import { useState, type ReactNode } from "react";
import type { Settings } from "../../../src-main/contract/settings.ts";
import type { SystemState } from "../../../src-main/contract/system.ts";
import { modelsState, settingsState, systemState, useMirror } from "../../api/engine.ts";
import { useNavigation } from "../../app/navigation.ts";
import { formatCount } from "../../lib/formatCount.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { themePreferences, useTheme } from "../../lib/theme.ts";
import { Button } from "../../ui/Button.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Field } from "../../ui/Field.tsx";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { InlineError } from "../../ui/InlineError.tsx";
import { PageFrame, PageSection } from "../../ui/PageFrame.tsx";
import { Segmented } from "../../ui/Segmented.tsx";
import { Skeleton } from "../../ui/Skeleton.tsx";
import { Switch } from "../../ui/Switch.tsx";
import { ApiSwitch } from "../api/ApiSwitch.tsx";
import { About } from "./About.tsx";
import { AutoNumberSetting } from "./AutoNumberSetting.tsx";
import { DeviceSetting } from "./DeviceSetting.tsx";
import { DraftSetting } from "./DraftSetting.tsx";
import { Libraries } from "./libraries/Libraries.tsx";
import { IdleSetting } from "./IdleSetting.tsx";
import { ModelFolders } from "./ModelFolders.tsx";
import { ownModelFolder } from "./modelFolders.ts";
import { OcrSetting } from "./OcrSetting.tsx";
import { PromptSettings } from "./PromptSettings.tsx";
import { RerankerSetting } from "./RerankerSetting.tsx";
import styles from "./SettingsPage.module.css";
import { useAutoSave } from "./useAutoSave.ts";
import { useSaveSettings } from "./useSaveSettings.ts";

/** As the contract bounds it. */
const longestPrompt = 100_000;
/** Where a context of one's own begins when no model is loaded to take it from. */
const usualContext = 4096;

/** What the user decides for all of Hearth. Each change saves at once. */
export function SettingsPage(): ReactNode {
  const { settings: words } = useStrings();
  const settings = useMirror(settingsState, (state) => state);
  const system = useMirror(systemState, (state) => state);
  return (
    <PageFrame title={words.title}>
      {settings && system ? (
        <>
          <PageSection title={words.sections.look}>
            <ThemeSetting theme={settings.theme} />
          </PageSection>
          <PageSection title={words.sections.models} hint={words.reloads}>
            <RunSettings settings={settings} system={system} />
          </PageSection>
          <PageSection title={words.sections.libraries} hint={words.librariesHint}>
            <Libraries registrySetting={settings.packageRegistry} />
          </PageSection>
          <PageSection title={words.sections.chats}>
            <SystemPrompt value={settings.systemPrompt} />
          </PageSection>
          <PageSection title={words.sections.documents}>
            <OcrSetting chosen={settings.ocrLanguages} />
            <RerankerSetting value={settings.rerankerModel} />
            <PromptSettings />
          </PageSection>
          <PageSection title={words.sections.network}>
            <NetworkSettings offline={settings.offline} />
          </PageSection>
          <PageSection title={words.sections.api}>
            <ApiSettings settings={settings} />
          </PageSection>
          <PageSection title={words.sections.places}>
            <HomeFolder home={system.home} />
            <ModelFolders
              own={settings.modelsFolder ?? ownModelFolder(system.home)}
              folders={settings.modelFolders}
            />
            <StorageLink />
          </PageSection>
          <PageSection title={words.sections.about}>
            <About system={system} />
          </PageSection>
        </>
      ) : (
        <Skeleton label={words.reading} lines={6} />
      )}
    </PageFrame>
  );
}

function ThemeSetting({ theme }: { readonly theme: Settings["theme"] }): ReactNode {
  const { settings: words, ui } = useStrings();
  const { preference, setPreference } = useTheme();
  const { save, error } = useSaveSettings();
  return (
    <div className={styles["setting"]}>
      <Segmented
        label={words.theme}
        hint={words.themeHint}
        layout="row"
        value={preference}
        options={themePreferences.map((value) => ({ value, label: ui.themes[value] }))}
        onChange={(chosen) => {
          // Seen at once; what could not be saved is taken back.
          setPreference(chosen);
          void save({ theme: chosen }).then((saved) => {
            if (!saved) setPreference(theme);
          });
        }}
      />
      {error && <InlineError error={error} />}
    </div>
  );
}

function RunSettings({
  settings,
  system,
}: {
  readonly settings: Settings;
  readonly system: SystemState;
}): ReactNode {
  const { settings: words, locale } = useStrings();
  const models = useMirror(modelsState, (state) => state);
  const loaded = models?.loaded.find(
    (entry) => entry.modelId === models.chatModelId && entry.status === "ready",
  );
  const name = models?.models.find((model) => model.id === loaded?.modelId)?.name;
  const contextNow =
    loaded && name !== undefined
      ? ` ${words.contextNow(name, formatCount(loaded.contextTokens, locale))}`
      : "";
  return (
    <>
      <AutoNumberSetting
        setting="threads"
        label={words.threads}
        hint={settings.threads === null ? words.threadsAuto(system.threads) : words.threadsOwn}
        numberLabel={words.threadCount}
        value={settings.threads}
        start={system.threads}
        least={1}
        most={256}
      />
      <AutoNumberSetting
        setting="contextTokens"
        label={words.context}
        hint={(settings.contextTokens === null ? words.contextAuto : words.contextOwn) + contextNow}
        numberLabel={words.contextTokens}
        unit={words.tokens}
        value={settings.contextTokens}
        start={Math.max(512, loaded?.contextTokens ?? usualContext)}
        least={512}
        most={1_048_576}
      />
      <DeviceSetting value={settings.device} />
      <DraftSetting value={settings.draftModel} models={models?.models ?? []} />
      <IdleSetting minutes={settings.idleUnloadMinutes} />
    </>
  );
}

function SystemPrompt({ value }: { readonly value: string }): ReactNode {
  const { settings: words, locale } = useStrings();
  const { save, error } = useSaveSettings();
  const field = useAutoSave(
    value,
    async (text) => text.length <= longestPrompt && (await save({ systemPrompt: text })),
  );
  return (
    <div className={styles["setting"]}>
      <Field
        label={words.systemPrompt}
        hint={words.systemPromptHint}
        error={
          field.text.length > longestPrompt
            ? words.systemPromptLong(formatCount(longestPrompt, locale))
            : undefined
        }
      >
        {(control) => (
          <GrowingTextarea
            {...control}
            label={words.systemPrompt}
            placeholder={words.systemPromptPlaceholder}
            value={field.text}
            onChange={field.setText}
            onBlur={field.flush}
            minRows={3}
            maxRows={12}
          />
        )}
      </Field>
      {error && <InlineError error={error} />}
    </div>
  );
}

function NetworkSettings({ offline }: { readonly offline: boolean }): ReactNode {
  const { settings: words } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  const { save, error, busy } = useSaveSettings();
  return (
    <div className={styles["setting"]}>
      <Switch
        label={words.offline}
        hint={words.offlineHint}
        checked={offline}
        busy={busy}
        onChange={(on) => void save({ offline: on })}
      />
      {error && <InlineError error={error} />}
      <div className={styles["line"]}>
        <p className={styles["hint"]}>{words.networkLog}</p>
        <Button icon={ScrollText} onClick={() => go({ kind: "network" })}>
          {words.openNetworkLog}
        </Button>
      </div>
    </div>
  );
}

function ApiSettings({ settings }: { readonly settings: Settings }): ReactNode {
  const { api: words } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  return (
    <div className={styles["setting"]}>
      <ApiSwitch settings={settings} />
      <div className={styles["line"]}>
        <p className={styles["hint"]}>{words.page}</p>
        <Button icon={Plug} onClick={() => go({ kind: "api" })}>
          {words.openPage}
        </Button>
      </div>
    </div>
  );
}

function StorageLink(): ReactNode {
  const { storage: words } = useStrings();
  const go = useNavigation((navigation) => navigation.go);
  return (
    <div className={styles["line"]}>
      <p className={styles["hint"]}>{words.openHint}</p>
      <Button icon={HardDrive} onClick={() => go({ kind: "storage" })}>
        {words.open}
      </Button>
    </div>
  );
}

function HomeFolder({ home }: { readonly home: string }): ReactNode {
  const { settings: words } = useStrings();
  const [refused, setRefused] = useState(false);
  return (
    <div className={styles["setting"]}>
      <Field
        label={words.home}
        hint={words.homeHint}
        error={refused ? words.copyRefused : undefined}
      >
        {(control) => (
          <div className={styles["home"]}>
            <output {...control} className={styles["path"]} data-selectable>
              {home}
            </output>
            <CopyButton text={home} label={words.copyHome} onError={() => setRefused(true)} />
          </div>
        )}
      </Field>
    </div>
  );
}
