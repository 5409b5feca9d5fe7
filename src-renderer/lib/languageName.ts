/**
 * The name of a language in the language of the interface: "German" for `de` and for what Tesseract
 * calls `deu`, "Chinese (sim)" for `chi_sim`; what is no code of a language stays as it is.
 */
export function languageName(code: string, locale: string): string {
  const [language = "", ...rest] = code.split("_");
  if (!/^[a-z]{2,3}$/u.test(language)) return code;
  const name = new Intl.DisplayNames(locale, { type: "language" }).of(language);
  if (name === undefined || name === language) return code;
  return rest.length === 0 ? name : `${name} (${rest.join(" ")})`;
}
