import { create } from "zustand";
import { en } from "./en.ts";

/** Literal texts become `string`, so that another language can have its own. */
type Widened<T> = T extends string
  ? string
  : T extends (...inputs: infer Inputs) => string
    ? (...inputs: Inputs) => string
    : { readonly [Key in keyof T]: Widened<T[Key]> };

/** The shape that every language's catalogue has. English gives it; a missing word does not compile. */
export type Strings = Widened<typeof en>;

const useCatalogue = create<{ readonly strings: Strings }>(() => ({ strings: en }));

/** The words of the language in use. In a component: `const strings = useStrings();`. */
export function useStrings(): Strings {
  return useCatalogue((state) => state.strings);
}

/** The same outside components: stores, helpers. */
export function getStrings(): Strings {
  return useCatalogue.getState().strings;
}

export function setStrings(strings: Strings): void {
  useCatalogue.setState({ strings });
}
