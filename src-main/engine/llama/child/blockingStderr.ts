/**
 * Lets writes to stderr wait until there is room. Node opens the pipe so that a write to a full one fails,
 * and native code, which writes there as well, takes no second try: under load its last words were lost,
 * and they name the reason when a model does not load.
 */
export function makeStderrBlocking(): void {
  const handle: unknown = Reflect.get(process.stderr, "_handle");
  if (typeof handle !== "object" || handle === null) return;
  const setBlocking: unknown = Reflect.get(handle, "setBlocking");
  if (typeof setBlocking === "function") Reflect.apply(setBlocking, handle, [true]);
}
