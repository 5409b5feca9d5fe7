import { END, START, StateGraph, type BaseCheckpointSaver } from "@langchain/langgraph";
import { check } from "./nodes/check.ts";
import { decline } from "./nodes/decline.ts";
import { grade } from "./nodes/grade.ts";
import { mentions } from "./nodes/mentions.ts";
import { plan } from "./nodes/plan.ts";
import { quote } from "./nodes/quote.ts";
import { readPart } from "./nodes/readPart.ts";
import { retrieve } from "./nodes/retrieve.ts";
import { rewrite } from "./nodes/rewrite.ts";
import { speak } from "./nodes/speak.ts";
import { summary } from "./nodes/summary.ts";
import { understand } from "./nodes/understand.ts";
import { where } from "./nodes/where.ts";
import { mostRewrites } from "./rewriteQuery.ts";
import { runNode } from "./runNode.ts";
import { AnswerState, type State } from "./state.ts";
import type { Run } from "./types.ts";

/** The way of one answer; SPEC.md says what it promises. */
export function buildGraph(run: Run, checkpointer?: BaseCheckpointSaver) {
  return new StateGraph(AnswerState)
    .addNode("understand", runNode("understand", understand, run))
    .addNode("retrieve", runNode("retrieve", retrieve, run))
    .addNode("grade", runNode("grade", grade, run))
    .addNode("rewrite", runNode("rewrite", rewrite, run))
    .addNode("decline", runNode("decline", decline, run))
    .addNode("quote", runNode("quote", quote, run))
    .addNode("where", runNode("where", where, run))
    .addNode("answer", runNode("answer", speak, run))
    .addNode("check", runNode("check", check, run))
    .addNode("prepare", runNode("prepare", plan, run))
    .addNode("read", runNode("read", readPart, run))
    .addNode("mentions", runNode("mentions", mentions, run))
    .addNode("summary", runNode("summary", summary, run))
    .addEdge(START, "understand")
    .addConditionalEdges("understand", afterUnderstanding, ["retrieve", "prepare"])
    .addEdge("retrieve", "grade")
    .addConditionalEdges("grade", afterGrading, ["quote", "rewrite", "decline"])
    .addConditionalEdges("rewrite", afterRewriting, ["retrieve", "decline"])
    .addConditionalEdges("quote", afterQuote, ["where", "answer"])
    .addEdge("answer", "check")
    .addConditionalEdges("prepare", nextPart, ["read", "mentions", "summary"])
    .addConditionalEdges("read", nextPart, ["read", "mentions", "summary"])
    .addEdge("decline", END)
    .addEdge("where", END)
    .addEdge("check", END)
    .addEdge("mentions", END)
    .addEdge("summary", END)
    .compile(checkpointer ? { checkpointer } : {});
}

function afterUnderstanding({ route }: State): "retrieve" | "prepare" {
  return route.kind === "whole" ? "prepare" : "retrieve";
}

export function afterGrading(
  state: Pick<State, "evidence" | "threshold" | "strengths" | "found">,
): "quote" | "rewrite" | "decline" {
  const { evidence, threshold, strengths, found } = state;
  if (evidence.strength >= threshold && evidence.sentences.length > 0) return "quote";
  // Where nothing at all was found, no other words will find it in the same documents.
  return strengths.length <= mostRewrites && found.length > 0 ? "rewrite" : "decline";
}

/** Whether another query was made; as many queries as gradings means that there was none. */
function afterRewriting({ queries, strengths }: State): "retrieve" | "decline" {
  return queries.length > strengths.length ? "retrieve" : "decline";
}

function afterQuote({ route }: State): "where" | "answer" {
  return route.kind === "where" ? "where" : "answer";
}

function nextPart({ route, plan: reading, notes }: State): "read" | "mentions" | "summary" {
  const task = route.kind === "whole" ? route.task : null;
  if (task === "count" || (task === "list" && reading.reader === null)) return "mentions";
  return notes.length < reading.parts.length ? "read" : "summary";
}
