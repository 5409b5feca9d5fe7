import {
  Copy,
  Ellipsis,
  FolderOpen,
  Pencil,
  Plus,
  RotateCw,
  Search,
  Square,
  Star,
  Trash2,
} from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  Badge,
  Button,
  Combobox,
  ContextMenu,
  GrowingTextarea,
  IconButton,
  Kbd,
  Menu,
  type MenuItem,
  Popover,
  Segmented,
  Select,
  SliderField,
  Switch,
  Tabs,
  TextField,
} from "../ui/index.ts";
import { Section } from "./Gallery.tsx";
import styles from "./Gallery.module.css";

const nothing = (): void => undefined;

const menu: readonly MenuItem[] = [
  { id: "rename", label: "Rename", icon: Pencil, onSelect: nothing },
  { id: "copy", label: "Copy as Markdown", icon: Copy, shortcut: "Mod+Shift+C", onSelect: nothing },
  {
    kind: "check",
    id: "star",
    label: "Keep at the top",
    icon: Star,
    checked: true,
    onChange: nothing,
  },
  {
    kind: "submenu",
    id: "move",
    label: "Move to",
    icon: FolderOpen,
    items: [{ id: "a", label: "Work", onSelect: nothing }],
  },
  { id: "again", label: "Answer again", icon: RotateCw, disabled: true, onSelect: nothing },
  { kind: "separator", id: "line" },
  { id: "delete", label: "Delete chat", icon: Trash2, danger: true, onSelect: nothing },
];

const models = [
  { value: "smollm2", label: "SmolLM2 135M Instruct", hint: "98 MB" },
  { value: "qwen3", label: "Qwen 3 4B", hint: "2.5 GB" },
  { value: "llama3", label: "Llama 3.1 8B Instruct", hint: "4.7 GB" },
  { value: "gemma3", label: "Gemma 3 27B", hint: "does not fit", disabled: true },
];

export function Controls({ openMenu }: { openMenu: boolean }): ReactNode {
  const [name, setName] = useState("Photosynthesis");
  const [model, setModel] = useState("qwen3");
  const [on, setOn] = useState(true);
  const [temperature, setTemperature] = useState(0.7);
  const [tab, setTab] = useState("document");
  const [message, setMessage] = useState(
    "Which plants use C4 photosynthesis,\nand why does it help them?",
  );
  const [side, setSide] = useState("side");
  return (
    <>
      <Section title="Button">
        <div className={styles["flow"]}>
          <Button variant="primary">Get model</Button>
          <Button>Cancel</Button>
          <Button variant="quiet">Later</Button>
          <Button variant="danger" icon={Trash2}>
            Delete
          </Button>
          <Button icon={Plus}>Add documents</Button>
        </div>
        <div className={styles["flow"]}>
          <Button variant="primary" disabled>
            Get model
          </Button>
          <Button disabled>Cancel</Button>
          <Button variant="quiet" disabled>
            Later
          </Button>
          <Button variant="primary" busy busyLabel="Starting…">
            Start
          </Button>
          <Button busy busyLabel="Saving…">
            Save
          </Button>
        </div>
        <div className={styles["flow"]}>
          <Button variant="primary" size="large">
            Get the starter model, 98 MB
          </Button>
          <Button size="large">Choose another</Button>
        </div>
      </Section>
      <Section title="Icon button">
        <div className={styles["flow"]}>
          <IconButton icon={Copy} label="Copy" shortcut="Mod+Shift+C" />
          <IconButton icon={Search} label="Find in this chat" pressed />
          <IconButton icon={Square} label="Stop" variant="primary" />
          <IconButton icon={Trash2} label="Delete" variant="danger" />
          <IconButton icon={RotateCw} label="Answer again" disabled />
          <IconButton icon={RotateCw} label="Answering" busy />
          <Kbd keys="Mod+Shift+F" />
        </div>
      </Section>
      <Section title="Input">
        <TextField label="Name" value={name} onChange={setName} hint="Only for you." />
        <TextField
          label="Search"
          hideLabel
          type="search"
          icon={Search}
          placeholder="Search models"
          value={name}
          onChange={setName}
        />
        <TextField
          label="Password of the PDF"
          type="password"
          value="open sesame"
          onChange={nothing}
          error="This password does not open the file. Check upper and lower case."
        />
        <TextField label="Data folder" value="" placeholder="Not set" onChange={nothing} disabled />
        <TextField
          label="Find"
          icon={Search}
          value="chlor"
          onChange={nothing}
          busy
          hint="Searching 1,204 pages"
        />
      </Section>
      <Section title="Textarea that grows">
        <GrowingTextarea label="Message" value={message} onChange={setMessage} />
        <GrowingTextarea
          label="Empty"
          placeholder="Ask about your documents"
          value=""
          onChange={nothing}
        />
      </Section>
      <Section title="Select and combobox">
        <Select label="Model" value={model} options={models} onChange={setModel} />
        <Select label="Empty" value={undefined} options={[]} onChange={nothing} />
        <Combobox
          label="Language"
          value={undefined}
          placeholder="Choose a language"
          options={models}
          onChange={nothing}
        />
        <Select
          label="Loading"
          value={model}
          options={models}
          onChange={nothing}
          busy
          hint="Reading the models folder"
        />
        <Select
          label="Missing"
          value={model}
          options={models}
          onChange={nothing}
          error="This model has been moved or deleted."
        />
      </Section>
      <Section title="Settings rows: switch, slider, segmented">
        <Switch
          label="Stay offline"
          hint="Nothing leaves this computer, not even when you ask for a model."
          checked={on}
          onChange={setOn}
        />
        <Switch label="Read pictures in documents" checked={false} onChange={nothing} />
        <Switch
          label="Use the graphics card"
          hint="None was found."
          checked={false}
          disabled
          onChange={nothing}
        />
        <Switch label="Start with the computer" checked busy onChange={nothing} />
        <SliderField
          layout="row"
          label="Temperature"
          hint="Higher is more varied."
          value={temperature}
          min={0}
          max={2}
          step={0.05}
          onChange={setTemperature}
        />
        <SliderField
          layout="row"
          label="Context"
          unit="tokens"
          value={8192}
          min={512}
          max={32768}
          step={512}
          onChange={nothing}
        />
        <Segmented
          layout="row"
          label="Document opens"
          value={side}
          onChange={setSide}
          options={[
            { value: "side", label: "Beside" },
            { value: "window", label: "In a window" },
          ]}
        />
        <Select
          layout="row"
          label="Embedding model"
          value="smollm2"
          options={models}
          onChange={nothing}
        />
      </Section>
      <Section title="Tabs">
        <Tabs
          label="Side panel"
          value={tab}
          onChange={setTab}
          tabs={[
            { id: "document", label: "Document", content: "The page stands here." },
            {
              id: "evidence",
              label: "Evidence",
              badge: <Badge>4</Badge>,
              content: "Four passages.",
            },
            { id: "receipt", label: "Receipt", content: "What was found, used and cut." },
            { id: "more", label: "Graph", disabled: true, content: null },
          ]}
        />
      </Section>
      <Section title="Menu, context menu, popover">
        <div className={styles["flow"]}>
          {openMenu ? (
            <OpenMenu />
          ) : (
            <Menu items={menu}>
              <IconButton icon={Ellipsis} label="More" />
            </Menu>
          )}
          <ContextMenu items={menu}>
            <Button>Right-click me</Button>
          </ContextMenu>
          <Popover label="Sampling" trigger={<Button>Sampling</Button>}>
            <SliderField
              label="Temperature"
              value={temperature}
              min={0}
              max={2}
              step={0.05}
              onChange={setTemperature}
            />
          </Popover>
        </div>
      </Section>
    </>
  );
}

/** Opens itself once, as a user would, for a look at the open menu. */
function OpenMenu(): ReactNode {
  return (
    <Menu items={menu}>
      <button
        type="button"
        ref={(button) => {
          if (button?.dataset["state"] === "closed") {
            requestAnimationFrame(() => {
              button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 }));
            });
          }
        }}
      >
        Opens itself
      </button>
    </Menu>
  );
}
