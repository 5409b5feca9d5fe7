import {
  CircleCheck,
  FileText,
  Library,
  MessageSquare,
  Pause,
  Plus,
  RotateCw,
  Trash2,
  TriangleAlert,
  X,
} from "lucide-react";
import type { ReactNode } from "react";
import { describeTransfer } from "../lib/describeTransfer.ts";
import {
  Badge,
  Button,
  EmptyState,
  IconButton,
  InlineError,
  List,
  ListRow,
  Progress,
  Skeleton,
  SplitPanel,
  Table,
} from "../ui/index.ts";
import { Section } from "./Gallery.tsx";
import styles from "./Gallery.module.css";

const nothing = (): void => undefined;

interface Quantization {
  readonly name: string;
  readonly bits: number;
  readonly sizeGb: number;
  readonly rate: number | null;
}
const quantizations: readonly Quantization[] = [
  { name: "Q4_K_M", bits: 4.8, sizeGb: 4.9, rate: 11 },
  { name: "Q8_0", bits: 8.5, sizeGb: 8.5, rate: 6 },
  { name: "F16", bits: 16, sizeGb: 16.1, rate: null },
];

const getButton = (): ReactNode => <Button>Get</Button>;

export function Lists(): ReactNode {
  return (
    <>
      <Section title="List rows">
        <div className={styles["sidebar"]}>
          <List label="Chats">
            <ListRow
              title="Photosynthesis in C4 plants"
              selected
              onSelect={nothing}
              meta="2 min"
              actions={<IconButton icon={Trash2} label="Delete chat" />}
            />
            <ListRow title="Contract with the roofer, second draft" onSelect={nothing} />
            <ListRow icon={MessageSquare} title="With an icon" onSelect={nothing} meta="Tue" />
            <ListRow icon={Library} title="Disabled" disabled onSelect={nothing} />
          </List>
        </div>
        <div className={styles["frame"]}>
          <List label="Documents">
            <ListRow
              icon={FileText}
              title="annual-report-2025.pdf"
              detail="48 pages · 2.3 MB"
              meta={
                <Badge tone="ok" icon={CircleCheck}>
                  Ready
                </Badge>
              }
              onSelect={nothing}
              actions={<IconButton icon={Trash2} label="Remove" />}
            />
            <ListRow
              icon={FileText}
              title="textbook-of-plant-biology.pdf"
              detail="Reading page 312 of 1,204 · 41 pages/s · about 20 s left"
              showActions
              actions={
                <>
                  <IconButton icon={Pause} label="Pause" />
                  <IconButton icon={X} label="Cancel" />
                </>
              }
            >
              <Progress bare label="Reading textbook-of-plant-biology.pdf" fraction={0.26} />
            </ListRow>
            <ListRow
              icon={FileText}
              title="letter.pdf"
              detail="This PDF is locked. Type its password to read it."
              meta={
                <Badge tone="bad" icon={TriangleAlert}>
                  Locked
                </Badge>
              }
              showActions
              actions={<Button>Unlock</Button>}
            />
          </List>
        </div>
      </Section>
      <Section title="Progress">
        <Progress
          label="Getting Llama 3.1 8B Instruct"
          fraction={0.26}
          detail={describeTransfer({ doneBytes: 1.2e9, totalBytes: 4.7e9, bytesPerSecond: 9.8e6 })}
        />
        <Progress label="Paused" fraction={0.62} tone="paused" detail="2.9 GB of 4.7 GB" />
        <Progress label="Loading the model into memory" fraction={null} />
      </Section>
      <Section title="Badges">
        <div className={styles["flow"]}>
          <Badge>Q4_K_M</Badge>
          <Badge tone="accent">New</Badge>
          <Badge tone="ok" icon={CircleCheck}>
            Supported
          </Badge>
          <Badge tone="warn" icon={TriangleAlert}>
            Partly
          </Badge>
          <Badge tone="bad" icon={X}>
            Unsupported
          </Badge>
        </div>
      </Section>
      <Section title="Table with sort">
        <Table
          caption="Quantizations"
          rows={quantizations}
          rowKey={(row) => row.name}
          selectedKey="Q4_K_M"
          initialSort={{ columnId: "size", direction: "ascending" }}
          columns={[
            {
              id: "name",
              header: "Quantization",
              cell: (row) => row.name,
              sortValue: (row) => row.name,
            },
            {
              id: "bits",
              header: "Bits",
              align: "end",
              cell: (row) => row.bits,
              sortValue: (row) => row.bits,
            },
            {
              id: "size",
              header: "Size",
              align: "end",
              cell: (row) => `${row.sizeGb} GB`,
              sortValue: (row) => row.sizeGb,
            },
            {
              id: "rate",
              header: "Expected",
              align: "end",
              cell: (row) => (row.rate === null ? "Does not fit" : `${row.rate} tok/s`),
              sortValue: (row) => row.rate ?? -1,
            },
            {
              id: "get",
              header: "Get",
              hideHeader: true,
              align: "end",
              cell: getButton,
            },
          ]}
        />
        <Table
          caption="Nothing"
          rows={[]}
          rowKey={(row: Quantization) => row.name}
          columns={[
            { id: "a", header: "Step", cell: (row) => row.name },
            { id: "b", header: "Time", align: "end", cell: () => "" },
          ]}
          empty="No answers yet"
        />
      </Section>
      <Section title="Errors">
        <InlineError
          error={{
            code: "disk-full",
            title: "The model could not be saved.",
            cause: "The disk has 1.1 GB free; 3.6 GB more are needed.",
            suggestion: "Free some space, then try again. What has been fetched is kept.",
          }}
          actions={
            <>
              <Button icon={RotateCw}>Try again</Button>
              <Button variant="quiet">Show folder</Button>
            </>
          }
          details="ENOSPC: no space left on device, write"
        />
        <InlineError
          tone="warn"
          error={{
            code: "template-failed",
            title: "This model has no chat template.",
            cause: "Hearth uses ChatML instead.",
            suggestion: "",
          }}
        />
      </Section>
      <Section title="Skeleton and empty state">
        <Skeleton label="Loading the chat" />
        <div className={styles["pane"]}>
          <EmptyState
            icon={FileText}
            title="No documents yet"
            actions={<Button icon={Plus}>Add documents</Button>}
          >
            Drop PDF, Office, e-book or text files anywhere on the window.
          </EmptyState>
        </div>
      </Section>
      <Section title="Split panel">
        <div className={styles["pane"]}>
          <SplitPanel
            id="gallery"
            label="sidebar"
            side="start"
            open
            defaultWidth={140}
            minWidth={100}
            maxWidth={260}
            panel={<div className={styles["pad"]}>Sidebar</div>}
          >
            <SplitPanel
              id="gallery-side"
              label="side panel"
              side="end"
              open
              defaultWidth={120}
              minWidth={80}
              panel={<div className={styles["pad"]}>Side panel</div>}
            >
              <div className={styles["pad"]}>Conversation</div>
            </SplitPanel>
          </SplitPanel>
        </div>
      </Section>
    </>
  );
}
