/** Ligatures and positional letter forms, which no search would find as they stand. */
const forms =
  /[\uFB00-\uFB06\uFB13-\uFB17\uFB1D-\uFB4F\uFB50-\uFDFF\uFE70-\uFEFC\u0132\u0133\u01C7-\u01CC\u01F1-\u01F3]/gu;
const formsTest = /[\uFB00-\uFDFF\uFE70-\uFEFC\u0132\u0133\u01C7-\u01CC\u01F1-\u01F3]/u;
// Control characters but tab and newline, NUL among them, and the byte order mark.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFEFF\uFFFE\uFFFF]/gu;

/** Replaces ligatures by their letters and leaves everything else as it is. */
export function expandLigatures(text: string): string {
  return formsTest.test(text) ? text.replace(forms, (form) => form.normalize("NFKC")) : text;
}

/** Takes out NUL and other control characters and replaces lone surrogates by U+FFFD. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replace(controls, "");
}
