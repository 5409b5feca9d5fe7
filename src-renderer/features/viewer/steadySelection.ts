/** Marks the text layers, and in each of them the element that catches what is between the words. */
export const textLayerSelector = "[data-text-layer]";
export const layerEndSelector = "[data-layer-end]";

/**
 * Words of a text layer stand at places of their own, and between them is nothing: a pointer that
 * passes there while it selects would make the selection leap to the end of the page. So while it
 * is down, an element that cannot be selected fills the layer, and follows the word where the
 * selection ends.
 *
 * @param view what holds the pages
 * @returns how to stop
 */
export function steadySelection(view: HTMLElement): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  view.addEventListener(
    "pointerdown",
    (event) => {
      const inLayer = event.target instanceof Element && event.target.closest(textLayerSelector);
      if (inLayer && event.button === 0) view.setAttribute("data-selecting", "");
    },
    { signal },
  );
  const release = (): void => {
    if (!view.hasAttribute("data-selecting")) return;
    view.removeAttribute("data-selecting");
    for (const end of view.querySelectorAll(layerEndSelector)) end.parentElement?.append(end);
  };
  window.addEventListener("pointerup", release, { signal });
  window.addEventListener("pointercancel", release, { signal });
  window.addEventListener("blur", release, { signal });
  document.addEventListener(
    "selectionchange",
    () => {
      if (view.hasAttribute("data-selecting")) followFocus(view);
    },
    { signal },
  );
  return () => controller.abort();
}

function followFocus(view: HTMLElement): void {
  const selection = document.getSelection();
  const { anchorNode, focusNode } = selection ?? {};
  const word = focusNode?.parentElement;
  const layer = word?.parentElement;
  if (!anchorNode || !focusNode || !word || !layer?.matches(textLayerSelector)) return;
  const end = layer.querySelector(layerEndSelector);
  if (!end || !view.contains(layer)) return;
  const backwards =
    anchorNode !== focusNode &&
    (anchorNode.compareDocumentPosition(focusNode) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
  layer.insertBefore(end, backwards ? word : word.nextSibling);
}
