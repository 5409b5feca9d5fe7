import { describe, expect, it } from "vitest";
import { routeOf } from "./routeOf.ts";

describe("G1: the route is decided in code", () => {
  it.each([
    "What is the annual rainfall?",
    "How many passengers were carried in 2021?",
    "How often does the ferry leave?",
    "What does the summary say about costs?",
    "Who wrote the overview chapter?",
    "What is the difference between a quay and a pier?",
    "Where does the ferry dock?",
    "Where is the orchard?",
    "Which apples keep longest?",
    "What are the names of the ships?",
    "Can you tell me the price of cider?",
    "Name the captain of the ferry.",
    "Wie viele Schafe leben auf der Insel?",
    "Wie oft fährt die Fähre?",
    "Was steht im Vertrag über die Kündigung?",
    "Wo liegt der Obstgarten?",
    "Was ist der Unterschied zwischen Kai und Mole?",
    "Wer hat die Zusammenfassung geschrieben?",
    "Worum geht es bei der Kündigungsfrist?",
    "How often do floods occur in Skerrow?",
    "How many times has the bridge been used?",
    "How often is salt used in the recipe?",
    "Compare quince and medlar.",
    "Vergleiche Quitten und Mispeln.",
    "Wie oft kommen Hochwasser im Tal vor?",
    "What does the contract say about all risks?",
    "Which of the reports names the captain?",
  ])("%s is a question", (question) => {
    expect(routeOf(question)).toEqual({ kind: "question" });
  });

  it.each([
    ["Summarise this document", "summarise"],
    ["Please summarize the ferry report in five sentences.", "summarise"],
    ["Can you give me a short summary?", "summarise"],
    ["summary", "summarise"],
    ["What are these documents about?", "summarise"],
    ["What is this PDF about?", "summarise"],
    ["Fasse das Dokument zusammen.", "summarise"],
    ["Bitte fass mir den Bericht zusammen", "summarise"],
    ["Gib mir einen kurzen Überblick", "summarise"],
    ["Zusammenfassung des Berichts", "summarise"],
    ["Worum geht es in diesem Dokument?", "summarise"],
    ["Compare the two reports.", "compare"],
    ["Compare the handbook with the ferry report", "compare"],
    ["Compare both.", "compare"],
    ["Vergleiche das Handbuch mit dem Bericht", "compare"],
    ["How often does frost appear in this document?", "count"],
    ['How many times is "late frost" used?', "count"],
    ["Wie oft kommt Frost im Bericht vor?", "count"],
    ["Could you compare the contracts?", "compare"],
    ["What are the main differences between these documents?", "compare"],
    ["Vergleiche die beiden Verträge.", "compare"],
    ["Worin unterscheiden sich die Berichte?", "compare"],
    ["List all ferries.", "list"],
    ["Please list every deadline in the contract", "list"],
    ["Give me a list of the people named", "list"],
    ["Find all mentions of frost.", "list"],
    ["Liste alle Fristen auf.", "list"],
    ["Nenne mir alle Personen", "list"],
    ["Zähle alle Häfen auf", "list"],
    ["How many times is frost mentioned?", "count"],
    ["How often does the word frost occur?", "count"],
    ["Count all mentions of frost", "count"],
    ["Wie oft kommt das Wort Frost vor?", "count"],
    ["Wie oft wird Frost erwähnt?", "count"],
  ])("%s is whole-document work: %s", (request, task) => {
    expect(routeOf(request)).toEqual({ kind: "whole", task });
  });

  it.each([
    "Show me where it says that dogs are allowed.",
    "show me the passage about pruning",
    "Find the place where the fare is given.",
    "Where does it say that the ferry stops at noon?",
    "On which page is frost mentioned?",
    "Where is the fare described?",
    "Zeig mir, wo das steht".replace(",", ""),
    "Zeige mir die Stelle über den Frost.",
    "Wo steht, dass Hunde erlaubt sind?",
    "Auf welcher Seite wird der Frost erwähnt?",
  ])("%s asks for the place alone", (request) => {
    expect(routeOf(request)).toEqual({ kind: "where" });
  });
});
