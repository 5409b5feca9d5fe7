import { stemSet, termsOf } from "../../evidence/terms.ts";

/** Words of names that tell no document from another. */
const common = /^(?:pdf|docx?|txt|md|final|draft|copy|report|document|file|version|v\d+|\d{1,3})$/;

/**
 * Those of the documents whose names the request has words of, where only some are named; else all.
 * A word that every name has tells nothing.
 */
export function namedDocuments<T extends { readonly name: string }>(
  request: string,
  documents: readonly T[],
): readonly T[] {
  if (documents.length < 2) return documents;
  const asked = stemSet(request);
  const words = documents.map(
    ({ name }) =>
      new Set(
        termsOf(name.replaceAll(/[_.-]+/g, " ").replaceAll(/(\p{Ll})(\p{Lu})/gu, "$1 $2"))
          .map(({ stem }) => stem)
          .filter((stem) => !common.test(stem)),
      ),
  );
  const telling = (stem: string): boolean => words.some((own) => !own.has(stem));
  const named = documents.filter((_, at) =>
    [...(words[at] ?? [])].some((stem) => asked.has(stem) && telling(stem)),
  );
  return named.length === 0 ? documents : named;
}
