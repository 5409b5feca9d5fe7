import type { ComponentProps } from "react";

type ButtonProps = ComponentProps<"button">;

/** A button whose work is going on keeps its place and the focus, but does nothing. */
export function busyProps(
  busy: boolean,
  onClick: ButtonProps["onClick"],
): Pick<ButtonProps, "aria-disabled" | "aria-busy" | "onClick"> {
  return {
    "aria-disabled": busy || undefined,
    "aria-busy": busy || undefined,
    onClick: (event) => {
      if (busy) event.preventDefault();
      else onClick?.(event);
    },
  };
}
