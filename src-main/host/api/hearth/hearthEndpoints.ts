import { z } from "zod";
import { documentIdSchema } from "../../../contract/ids.ts";
import type { Endpoint } from "../Endpoint.ts";
import { fields, optional, parseFields } from "../fields.ts";
import { findModel } from "../models.ts";

const documentIds = optional(z.array(documentIdSchema).max(10_000));

const searchSchema = z.looseObject({
  query: z.string().min(1).max(10_000),
  document_ids: documentIds,
  limit: optional(z.int().min(1).max(200)),
});

const answerSchema = z.looseObject({
  question: z.string().min(1).max(20_000),
  model: optional(fields.model),
  document_ids: documentIds,
  stream: optional(z.boolean()),
});

/** What only Hearth has: search in the user's documents, and answers that cite them. */
export const hearthEndpoints: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/v1/documents",
    dialect: "hearth",
    answer: async ({ engine, signal }) => {
      const { documents } = await engine.call("documents.list", {}, { signal });
      return {
        object: "list",
        data: documents.map(({ id, name, status, pages }) => ({ id, name, status, pages })),
      };
    },
  },
  {
    method: "POST",
    path: "/v1/search",
    dialect: "hearth",
    answer: async ({ body: given, engine, signal }) => {
      const body = parseFields(searchSchema, given);
      const { hits } = await engine.call(
        "search.query",
        { query: body.query, documentIds: body.document_ids, limit: body.limit },
        { signal },
      );
      return { object: "list", data: hits };
    },
  },
  {
    method: "POST",
    path: "/v1/answers",
    dialect: "hearth",
    answer: async ({ body: given, engine, signal, openStream }) => {
      const body = parseFields(answerSchema, given);
      const modelId =
        body.model === undefined
          ? undefined
          : (await findModel(engine, "chat", body.model, signal)).id;
      const running = engine.stream(
        "ask.run",
        { question: body.question, documentIds: body.document_ids, modelId },
        { signal },
      );
      if (body.stream !== true) return { object: "answer", ...(await running.result) };
      for await (const { type, ...item } of running) await openStream().send(item, type);
      await openStream().send({ object: "answer", ...(await running.result) }, "answer");
      openStream().end();
      return undefined;
    },
  },
];
