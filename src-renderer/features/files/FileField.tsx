import { FolderOpen } from "lucide-react";
import type { ReactNode } from "react";
import { desktopBridge } from "../../api/bridge.ts";
import { Button } from "../../ui/Button.tsx";
import { TextField, type TextFieldProps } from "../../ui/TextField.tsx";
import styles from "./FileField.module.css";

export interface FileFieldProps extends Pick<
  TextFieldProps,
  "label" | "hint" | "placeholder" | "error" | "value"
> {
  /** Ending of the files that are shown: ".gguf". */
  readonly accept: string;
  readonly chooseLabel: string;
  readonly onChange: (path: string) => void;
}

/** The path of a file: picked in the desktop app, typed or pasted in a browser. */
export function FileField({ accept, chooseLabel, onChange, ...field }: FileFieldProps): ReactNode {
  const bridge = desktopBridge();
  const pick = (pathOf: (file: File) => string): void => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) onChange(pathOf(file));
    });
    input.click();
  };
  return (
    <div className={styles["path"]}>
      <TextField {...field} onChange={onChange} />
      {bridge && (
        <Button icon={FolderOpen} onClick={() => pick((file) => bridge.pathForFile(file))}>
          {chooseLabel}
        </Button>
      )}
    </div>
  );
}
