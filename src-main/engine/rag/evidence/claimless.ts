import { fold, termsOf } from "./terms.ts";

/**
 * What answers are dressed with in English and German: offers of help, excuses, announcements. A
 * sentence of this kind says nothing of the matter, so that nothing can bear it out.
 */
const dressing = [
  /^(?:i|we) hope (?:this|that|it) (?:helps|answers|is helpful|clarifies)/,
  /^(?:please )?(?:let me know|feel free|do not hesitate|don't hesitate)\b/,
  /^(?:please )?(?:ask|tell me) if you (?:have|need|want)\b/,
  /^if you (?:have|need|want) (?:any |more |further )?(?:other |more |further )*(?:questions?|details|information|help)\b[^,]*,? (?:please )?(?:let me know|feel free|just ask|ask)/,
  /^(?:sure|of course|certainly|great question|good question|yes|no|thank you|thanks|you're welcome)\b[!.,:]?$/,
  /^(?:sure|of course|certainly)\b[^.]{0,20}\bhere (?:is|are)\b/,
  /^(?:based on|according to|from) (?:the|these|your) (?:\w+ )?(?:passages?|documents?|texts?|evidence|information|context)[^.]*\bhere (?:is|are)\b[^.]*:?$/,
  /^here (?:is|are) (?:the|a|an|what|some)\b[^.]*:$/,
  /^(?:i am|i'm|as) an? (?:ai|language model|assistant)\b/,
  /^ich hoffe,? (?:das|dies|es) (?:hilft|hat|beantwortet)/,
  /^(?:bitte )?(?:melden sie sich|melde dich|fragen sie|frag) (?:gern|gerne|einfach|bitte|mich)\b/,
  /^(?:wenn|falls) (?:sie|du) (?:noch |weitere )*(?:fragen|hilfe)\b.*\b(?:melden|fragen|stehe|gern|gerne)/,
  /^(?:gern|gerne|naturlich|selbstverstandlich|sicher|ja|nein|danke)\b[!.,:]?$/,
  /^(?:hier (?:ist|sind)|im folgenden)\b[^.]*:$/,
];

/** True of a sentence that claims nothing: dressing, or no word with a meaning in it. */
export function isClaimless(sentence: string): boolean {
  const plain = fold(sentence).replace(/\s+/g, " ").trim();
  return termsOf(sentence).length === 0 || dressing.some((pattern) => pattern.test(plain));
}
