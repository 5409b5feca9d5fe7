/** How the command line ends. */
export const exitCodes = {
  ok: 0,
  /** The command failed; the reason is on the error stream, or as JSON where that was asked for. */
  failed: 1,
  /** Some of the files could not be taken in; the rest were. */
  someFailed: 2,
  /** The command line was not understood. */
  usage: 64,
  /** Ended by an interrupt, as shells count it. */
  interrupted: 130,
} as const;
