/** The requests to Postgres of one piece of work alone: objects make others in the background. */
import { AsyncLocalStorage } from "node:async_hooks";
import { neonConfig } from "@neondatabase/serverless";

const recording = new AsyncLocalStorage<string[][]>();

/** Runs work. @returns the statements of each request that it made to Postgres, in this isolate and not through objects */
export async function requestsOf(work: () => Promise<unknown>): Promise<string[][]> {
  const requests: string[][] = [];
  neonConfig.fetchFunction = (url: string, init: { body: string }) => {
    const { query = "", queries = [{ query }] } = JSON.parse(init.body) as {
      query?: string;
      queries?: { query: string }[];
    };
    recording.getStore()?.push(queries.map((one) => one.query));
    return fetch(url, init);
  };
  try {
    await recording.run(requests, work);
  } finally {
    neonConfig.fetchFunction = undefined;
  }
  return requests;
}
