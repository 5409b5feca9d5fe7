export { AlertDialog, type AlertDialogProps } from "./AlertDialog.tsx";
export { Badge, type BadgeProps, type Tone } from "./Badge.tsx";
export { Button, type ButtonProps } from "./Button.tsx";
export { CitationMark, type CitationMarkProps } from "./CitationMark.tsx";
export { Combobox, type ComboboxProps } from "./Combobox.tsx";
export {
  CommandPalette,
  type CommandPaletteProps,
  type PaletteGroup,
  type PaletteItem,
} from "./CommandPalette.tsx";
export { ConfirmDialog, type ConfirmDialogProps } from "./ConfirmDialog.tsx";
export { ContextMenu, type ContextMenuProps } from "./ContextMenu.tsx";
export { CopyButton, type CopyButtonProps } from "./CopyButton.tsx";
export { Dialog, type DialogProps } from "./Dialog.tsx";
export { DropZone, type DropZoneProps } from "./DropZone.tsx";
export { EmptyState, type EmptyStateProps } from "./EmptyState.tsx";
export { type ControlAttributes, Field, type FieldProps } from "./Field.tsx";
export { GrowingTextarea, type GrowingTextareaProps } from "./GrowingTextarea.tsx";
export { IconButton, type IconButtonProps } from "./IconButton.tsx";
export { InlineError, type InlineErrorProps } from "./InlineError.tsx";
export { Kbd } from "./Kbd.tsx";
export { List, type ListProps, ListRow, type ListRowProps } from "./ListRow.tsx";
export { CodeBlock, type CodeBlockProps } from "./markdown/CodeBlock.tsx";
export { Markdown, type MarkdownProps } from "./markdown/Markdown.tsx";
export { Menu, type MenuProps } from "./Menu.tsx";
export type { MenuItem } from "./menuItems.tsx";
export {
  PageFrame,
  PageMiddle,
  PageSection,
  type PageFrameProps,
  type PageSectionProps,
} from "./PageFrame.tsx";
export { Popover, type PopoverProps } from "./Popover.tsx";
export { Progress, type ProgressProps } from "./Progress.tsx";
export { ReasoningBlock, type ReasoningBlockProps } from "./ReasoningBlock.tsx";
export { Segmented, type SegmentedProps } from "./Segmented.tsx";
export { Select, type SelectOption, type SelectProps } from "./Select.tsx";
export { Skeleton, type SkeletonProps } from "./Skeleton.tsx";
export { SliderField, type SliderFieldProps } from "./SliderField.tsx";
export { Spinner } from "./Spinner.tsx";
export { SplitPanel, type SplitPanelProps } from "./SplitPanel.tsx";
export { Switch, type SwitchProps } from "./Switch.tsx";
export { Table, type TableColumn, type TableProps, type TableSort } from "./Table.tsx";
export { type Tab, Tabs, type TabsProps } from "./Tabs.tsx";
export { TextField, type TextFieldProps } from "./TextField.tsx";
export { ThemeSwitch } from "./ThemeSwitch.tsx";
export { showToast, type ToastContent } from "./Toast.tsx";
export { Tooltip, type TooltipProps } from "./Tooltip.tsx";
export { UiProvider } from "./UiProvider.tsx";
export { VisuallyHidden } from "./VisuallyHidden.tsx";
