import { HearthError } from "../../../../contract/errors.ts";
import { pointsPerPixel, type PictureType } from "../../../../contract/pictures.ts";
import { allocateWords } from "../packedWords.ts";
import type { Reader } from "../Reader.ts";
import { pictureSize } from "./pictureSize.ts";

/** Cameras and scanners stay below; a decoder would need four bytes for each. */
const mostPixels = 120e6;

/**
 * A picture is a document of one page, whose text is still to be recognised. What it is and how
 * large is told from its head; it is decoded by the one that recognises it.
 */
export function readPicture(type: PictureType): Reader {
  return async (bytes, onPage, options) => {
    const size = pictureSize(bytes, type);
    if (!size?.whole) throw damagedPicture(size ? "It ends too early." : "It has no valid head.");
    const { width, height } = size;
    if (width * height > mostPixels) {
      throw new HearthError({
        code: "file-too-large",
        title: "This picture is too large.",
        cause: `It has ${width} × ${height} pixels; Hearth reads up to ${mostPixels / 1e6} million.`,
        suggestion: "Save it smaller and add that.",
      });
    }
    if (options.pictures !== true) throw noTextInPicture();
    await onPage(
      {
        number: 1,
        width: width * pointsPerPixel,
        height: height * pointsPerPixel,
        text: "",
        words: allocateWords(0),
        blocks: [],
        firstLine: 0,
        content: "images",
        quality: 0,
      },
      1,
    );
    return {
      mediaType: type,
      pageCount: 1,
      paged: true,
    };
  };
}

export function damagedPicture(cause: string, error?: unknown): HearthError {
  return new HearthError(
    {
      code: "file-damaged",
      title: "This picture is damaged.",
      cause,
      suggestion: "Fetch it again from its source, or open it and save it again.",
    },
    { cause: error },
  );
}

/** A picture that is not recognised, since no language for it was chosen. */
function noTextInPicture(): HearthError {
  return new HearthError({
    code: "file-empty",
    title: "No text found.",
    cause: "This is a picture, and no language is chosen to recognise its text.",
    suggestion: "Choose a language for scanned pages in Settings and try again.",
  });
}
