/**
 * LangGraph's callbacks send what runs through a graph to LangSmith where the environment says so. The
 * engine's environment has no such variables; here they go even if one got in, before the library is
 * loaded, and once more before each run.
 */
export function forbidTracing(environment: NodeJS.ProcessEnv = process.env): void {
  for (const name of Object.keys(environment)) {
    if (/^(?:LANGCHAIN|LANGSMITH)_/i.test(name)) delete environment[name];
  }
}
