/** Words that every feature shares. The same thing has the same name everywhere. */
export const common = {
  cancel: "Cancel",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  delete: "Delete",
  dismiss: "Dismiss",
  done: "Done",
  more: "More",
  open: "Open",
  rename: "Rename",
  retry: "Try again",
  save: "Save",
  search: "Search",
  undo: "Undo",
  dayGroups: {
    today: "Today",
    yesterday: "Yesterday",
    week: "Last 7 days",
    month: "Last 30 days",
  },
} as const;
