/** The record of every request that Hearth ever made. */
export const network = {
  title: "Network log",
  refresh: "Refresh",
  refreshing: "Refreshing…",
  reading: "Reading the log…",
  total: (count: string) => (count === "1" ? "1 request" : `${count} requests`),
  caption: "Every request to the network, newest first",
  intro: "Every attempt of any part of Hearth to reach the network, also those that were refused.",
  emptyTitle: "No request was ever made.",
  emptyText:
    "Hearth goes to the network only when you ask for a download. Each attempt will be listed here, also one that was refused.",
  columns: {
    time: "Time",
    request: "Request",
    outcome: "Outcome",
    status: "Status",
    bytes: "Received",
  },
  outcomes: { allowed: "Allowed", refused: "Refused", failed: "Failed" },
  by: (process: string, reason: string) => `${process} · ${reason}`,
  noStatus: "none",
  showing: (shown: string, total: string) => `The newest ${shown} of ${total} are shown.`,
  more: "Show more",
} as const;
