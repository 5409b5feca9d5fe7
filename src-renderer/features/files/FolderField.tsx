import { FolderOpen } from "lucide-react";
import type { ReactNode } from "react";
import { desktopBridge } from "../../api/bridge.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import { TextField, type TextFieldProps } from "../../ui/TextField.tsx";
import { pickFolder } from "./pickFolder.ts";

export interface FolderFieldProps extends Pick<TextFieldProps, "label" | "hint" | "value"> {
  readonly chooseLabel: string;
  readonly onChange: (path: string) => void;
  /** Asks by the system's dialog; without it what was picked is as if it was typed. */
  readonly pick?: () => Promise<void>;
}

/** The path of a folder: picked in the desktop app, typed or pasted in a browser. */
export function FolderField({
  chooseLabel,
  onChange,
  pick = async () => await pickFolder(onChange),
  ...field
}: FolderFieldProps): ReactNode {
  return (
    <TextField
      {...field}
      onChange={onChange}
      trailing={
        desktopBridge() && (
          <IconButton icon={FolderOpen} label={chooseLabel} onClick={() => void pick()} />
        )
      }
    />
  );
}
