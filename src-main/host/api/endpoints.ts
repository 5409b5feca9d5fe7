import { anthropicEndpoints } from "./anthropic/messages.ts";
import type { Endpoint } from "./Endpoint.ts";
import { hearthEndpoints } from "./hearth/hearthEndpoints.ts";
import { modelEndpoints } from "./models.ts";
import { chatCompletions } from "./openai/chatCompletions.ts";
import { completions } from "./openai/completions.ts";
import { embeddings } from "./openai/embeddings.ts";

/** All that programs can ask for over HTTP. */
export const endpoints: readonly Endpoint[] = [
  ...modelEndpoints,
  chatCompletions,
  completions,
  embeddings,
  ...anthropicEndpoints,
  ...hearthEndpoints,
];
