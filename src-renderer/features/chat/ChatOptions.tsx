import { useState, type ReactNode } from "react";
import type { Chat, Sampling } from "../../../src-main/contract/chat.ts";
import { useStrings } from "../../lib/strings/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { GrowingTextarea } from "../../ui/GrowingTextarea.tsx";
import { SliderField } from "../../ui/SliderField.tsx";
import { TextField } from "../../ui/TextField.tsx";
import { updateChat } from "./chatStore.ts";
import styles from "./ChatOptions.module.css";

export interface ChatOptionsProps {
  readonly chat: Chat;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** System prompt and sampling of one chat. */
export function ChatOptions({ chat, open, onOpenChange }: ChatOptionsProps): ReactNode {
  const strings = useStrings();
  const [systemPrompt, setSystemPrompt] = useState(chat.systemPrompt);
  const [sampling, setSampling] = useState<Sampling>(chat.sampling);
  const set = (patch: Partial<Sampling>): void => setSampling((now) => ({ ...now, ...patch }));
  const save = (): void => {
    onOpenChange(false);
    void updateChat(chat.id, { systemPrompt, sampling });
  };
  const words = strings.chat;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={words.chatOptions}
      description={words.optionsDescription}
      size="medium"
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>{strings.common.cancel}</Button>
          <Button variant="primary" onClick={save}>
            {strings.common.save}
          </Button>
        </>
      }
    >
      <div className={styles["fields"]}>
        <GrowingTextarea
          label={words.systemPrompt}
          placeholder={words.systemPromptHint}
          value={systemPrompt}
          onChange={setSystemPrompt}
          minRows={2}
          maxRows={8}
        />
        <SliderField
          label={words.temperature}
          hint={words.temperatureHint}
          value={sampling.temperature}
          onChange={(temperature) => set({ temperature })}
          min={0}
          max={2}
          step={0.05}
        />
        <SliderField
          label={words.topP}
          value={sampling.topP}
          onChange={(topP) => set({ topP })}
          min={0.05}
          max={1}
          step={0.05}
        />
        <SliderField
          label={words.topK}
          value={sampling.topK}
          onChange={(topK) => set({ topK })}
          min={0}
          max={200}
          step={1}
        />
        <SliderField
          label={words.minP}
          value={sampling.minP}
          onChange={(minP) => set({ minP })}
          min={0}
          max={0.5}
          step={0.01}
        />
        <SliderField
          label={words.repeatPenalty}
          value={sampling.repeatPenalty}
          onChange={(repeatPenalty) => set({ repeatPenalty })}
          min={0.8}
          max={1.6}
          step={0.01}
        />
        <SliderField
          label={words.maxTokens}
          value={sampling.maxTokens}
          onChange={(maxTokens) => set({ maxTokens })}
          min={16}
          max={8192}
          step={16}
        />
        <TextField
          label={words.seed}
          hint={words.seedHint}
          value={sampling.seed === null ? "" : String(sampling.seed)}
          inputMode="numeric"
          onChange={(text) => {
            const digits = text.replace(/\D/g, "").slice(0, 9);
            set({ seed: digits === "" ? null : Number(digits) });
          }}
        />
      </div>
    </Dialog>
  );
}
