/**
 * `npm run secrets:rotate-key -- --url https://tocsin.example.com`, with ROOT_API_KEY in the environment: encrypts every
 * integration's secret anew with the first of ENCRYPTION_KEYS, and says when an older key is needed no more. Without
 * `--url`, of the service that `npm start` runs here. May be stopped and run again at any time.
 */
import { parseArgs } from "node:util";
import { Failure, run, settings } from "./run.ts";
import { type Api, runningService, serviceAt } from "./service-api.ts";

interface Reencrypted {
  keyId: string;
  reencrypted: number;
  failed: string[];
  nextCursor: string | null;
  remaining: { secrets: number; objects: number; answers: number };
}

await run(async () => {
  const { values } = parseArgs({ options: { url: { type: "string" } } });
  const { keyId, reencrypted, failed, remaining } = await reencryptAll(serviceOf(values.url));
  console.log(`${reencrypted} integrations encrypted anew with the key "${keyId}".`);
  if (failed.length > 0) {
    throw new Failure(`Not: ${failed.join(", ")}. Is the key that they need in ENCRYPTION_KEYS? Then run this again.`);
  }
  if (remaining.secrets + remaining.objects + remaining.answers === 0) {
    console.log("No older key is needed any more: take them out of ENCRYPTION_KEYS.");
    return;
  }
  console.log(
    `Keep the older keys: ${remaining.secrets} secrets, ${remaining.objects} objects and ${remaining.answers} kept answers ` +
      "still need them. Objects hear of it within five minutes, answers are forgotten after a day: then run this again.",
  );
});

function serviceOf(url: string | undefined): Api {
  if (url === undefined) return runningService(settings().stateDirectory);
  const { ROOT_API_KEY: key } = process.env;
  if (!key) throw new Failure("Set ROOT_API_KEY, in the environment: an argument can be read by every process.");
  return serviceAt(url, key);
}

async function reencryptAll(api: Api): Promise<Reencrypted> {
  const total: Pick<Reencrypted, "reencrypted" | "failed"> = { reencrypted: 0, failed: [] };
  for (let cursor: string | null = null; ;) {
    const { reply } = await api("POST", "/v1/integrations/re-encrypt", cursor === null ? {} : { cursor });
    const step = reply as unknown as Reencrypted;
    total.reencrypted += step.reencrypted;
    total.failed.push(...step.failed);
    if (step.nextCursor === null) return { ...step, ...total };
    cursor = step.nextCursor;
  }
}
