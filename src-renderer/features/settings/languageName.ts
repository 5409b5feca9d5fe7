/** The name of a language that Tesseract calls by three letters, such as `deu`; else what it is called. */
export function languageName(tesseractName: string, locale: string): string {
  const [code = "", ...rest] = tesseractName.split("_");
  if (!/^[a-z]{3}$/.test(code)) return tesseractName;
  const name = new Intl.DisplayNames(locale, { type: "language" }).of(code);
  if (name === undefined || name === code) return tesseractName;
  return rest.length === 0 ? name : `${name} (${rest.join(" ")})`;
}
