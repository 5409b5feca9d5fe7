/** Words that say how a sentence is built, not what it is about; folded. */
const english =
  "a an the and or but nor so yet if then than that this these those there here it its they them their theirs " +
  "he him his she her hers we us our ours you your yours i me my mine who whom whose which what when where why how " +
  "is are was were be been being am do does did done doing have has had having can could may might must shall should " +
  "will would of in on at by for from to into onto upon over under with without within about above below between " +
  "among through during before after against until since while as not no nor only also too very just more most much " +
  "many such same other another any some each every both either neither all own per via out up down off again once " +
  "because however therefore thus hence although though whether s t d ll m re ve don didn doesn isn wasn weren aren";

const german =
  "der die das den dem des ein eine einen einem einer eines und oder aber kein keine keinen keiner ist sind war " +
  "waren wird werden wurde wurden worden hat haben hatte hatten sich mit von vom zu zum zur bei beim nach aus auf fur " +
  "uber unter zwischen durch gegen ohne um als wie wenn dass weil ob auch noch nur schon sehr mehr er sie es wir ihr " +
  "ihre ihren ihrem ihrer ihres sein seine seinen seinem seiner im am ins ans kann konnen konnte wann warum wieso wo wohin " +
  "woher womit wofur wer wen wem wessen welche welcher welches welchen welchem dieser diese dieses diesen diesem jeder " +
  "jede jedes jeden man so da dort hier vor seit bis wahrend wegen dabei damit dann denn doch etwa rund viele viel wieviel";

const englishWords = new Set(english.split(" "));
const germanWords = new Set(german.split(" "));

/**
 * @param folded as `fold` gives it
 * @param inGerman whether the text is in German: "die" and "war" mean something in English.
 */
export function isFunctionWord(folded: string, inGerman: boolean): boolean {
  return englishWords.has(folded) || (inGerman && germanWords.has(folded));
}
