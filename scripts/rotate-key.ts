/**
 * `npm run secrets:rotate-key -- --url https://tocsin.example.com`, with ROOT_API_KEY in the environment: re-encrypts all
 * secrets with the first of ENCRYPTION_KEYS, and prints whether older keys are still needed. Without `--url` it uses the service
 * of `npm start`. It can be stopped and run again at any time.
 */
import { parseArgs } from "node:util";
import { Failure, run, settings } from "./run.ts";
import { type Api, runningService, serviceAt } from "./service-api.ts";

interface Reencrypted {
  keyId: string;
  reencrypted: number;
  failed: string[];
  nextCursor: string | null;
  remaining: { secrets: number; answers: number };
}

await run(async () => {
  const { values } = parseArgs({ options: { url: { type: "string" } } });
  const { keyId, reencrypted, failed, remaining } = await reencryptAll(serviceOf(values.url));
  console.log(`Re-encrypted the secrets of ${reencrypted} integrations with key "${keyId}".`);
  if (failed.length > 0) {
    throw new Failure(
      `These still need an older key: ${failed.join(", ")}. Keep the older keys and run this again. If it lists the same ones, add the key of their ` +
        "secrets to ENCRYPTION_KEYS.",
    );
  }
  if (remaining.secrets + remaining.answers === 0) {
    console.log("Older keys are no longer needed. Remove them from ENCRYPTION_KEYS.");
    return;
  }
  console.log(
    `Keep the older keys: ${remaining.secrets} secrets and ${remaining.answers} stored responses still need them. ` +
      "Stored responses expire after a day. Run this again then.",
  );
});

function serviceOf(url: string | undefined): Api {
  if (url === undefined) return runningService(settings().stateDirectory);
  const { ROOT_API_KEY: key } = process.env;
  if (!key)
    throw new Failure("Set ROOT_API_KEY in the environment. Command line arguments are visible to other processes.");
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
