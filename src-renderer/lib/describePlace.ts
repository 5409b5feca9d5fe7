import type { Location } from "../../src-main/contract/locations.ts";
import { formatDuration } from "./formatDuration.ts";
import type { Strings } from "./strings/index.ts";

/** A place in a document, as short as it is written beside the document's name; "" for the whole. */
export function describePlace(location: Location, { library, locale }: Strings): string {
  const { places } = library;
  switch (location.kind) {
    case "page":
      return places.page(location.page);
    case "lines":
      return places.lines(location.from, location.to);
    case "section":
      return places.section(location.path);
    case "cells":
      return places.cells(location.sheet, location.range);
    case "slide":
      return places.slide(location.slide);
    case "time":
      return formatDuration(location.fromMs, locale);
  }
}
