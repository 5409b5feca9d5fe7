/** Below this strength Hearth says that the documents do not answer. */
export const declineBelow = 0.4;
