import type { JsonObject } from "../lib/json.ts";
import { isObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asText, firstText } from "./fields.ts";
import { missingNote } from "./missing-note.ts";
import { newEvent, noEvents, type Provider, type ProviderInput, singleEvent } from "./provider.ts";

/** The query parameters and fields of a heartbeat. */
const FIELDS = ["job", "status", "exit", "message"];

/** The alert key without `job`: the integration has one job. */
const ONLY_JOB = "heartbeat";

const STARTED = /^(?:start|started|run|running|begin|begun)$/i;
const ALIVE = /^(?:alive|heartbeat|ping|pong)$/i;

const CRON_LINE = `0 2 * * *  /usr/local/bin/backup; curl -sS --fail-with-body --retry 5 --retry-all-errors -m 10 -o /dev/null -H @/etc/tocsin.header -d "job=backup&exit=$?" "<INGEST_URL>"`;

/**
 * Heartbeats of jobs: each request is one, also with an empty body, unless it reports a failure. Like the pings of
 * https://healthchecks.io/docs/signaling_failures/ and https://cronitor.io/docs/telemetry-api
 */
export const heartbeat: Provider = {
  id: "heartbeat",
  name: "Heartbeats (cron jobs)",
  docs: "https://man7.org/linux/man-pages/man5/crontab.5.html",
  category: "heartbeats",
  keywords: "cron jobs scheduled tasks backups",
  verification: { scheme: "token" },
  setup: `1. State when the job runs: set \`heartbeatSchedule\` of the integration, such as \`{"cron": "0 2 * * *", "timeZone": "Europe/Berlin", "graceMinutes": 30}\`,
   or \`heartbeatMinutes\`. When no heartbeat arrives by then, an alert opens. The next one resolves it.
2. On the host of the job, write this line to \`/etc/tocsin.header\`, which only the user of the job may read
   (\`chmod 600 /etc/tocsin.header\`):

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

3. Let the job send its exit code when it ends, for example in its line of the crontab (curl 7.76 or newer):

   \`\`\`
   ${CRON_LINE}
   \`\`\`

   An exit code other than 0 opens an alert at once. The next run without an error resolves it.
4. The body may be empty, as in \`curl -fsS -X POST -H @/etc/tocsin.header "<INGEST_URL>"\`; a GET is not a heartbeat. Further fields: \`status\` (\`ok\` or \`fail\`) and
   \`message\`. Without \`job\`, the integration has one job; with it, each job has its own heartbeat, such as the backup of each host.
   Fields may also be in the query: \`<INGEST_URL>?job=backup&status=fail\`, with the output of the job as the body.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: { job: "nightly-backup", exit: "1", message: "pg_dump: error: connection to server failed" },
  },
  senderProfile: {
    timeoutSeconds: 10,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "curl makes six attempts in a minute and a half",
  },
  formats: ["form", "text"],
  queryFields: FIELDS,
  isTemplated: true,
  isForAnySource: true,
  volatile: [],
  read(input) {
    const fields = fieldsOf(input);
    const job = asText(fields.job);
    const status = asText(fields.status);
    const exit = asText(fields.exit);
    const message = asText(fields.message);
    if (exit === null && status !== null && STARTED.test(status))
      return noEvents("the start of a job is not a heartbeat");
    const key = { alertKey: job ?? ONLY_JOB, externalId: job, source: job };
    if (isGood(status, exit)) return singleEvent(newEvent({ ...key, action: "heartbeat", title: job ?? "The job" }));
    const failure = isZero(exit) ? `status ${status}` : `exit code ${exit}`;
    const event = newEvent({
      ...key,
      action: "trigger",
      title: `${job ?? "The job"} failed: ${failure}`,
      description: message,
      severity: "HIGH",
      metadata: { job, status, exit },
    });
    return singleEvent(event, isKnown(status, exit) ? undefined : missingNote({ state: null }, fields));
  },
};

/** The fields of the query and of the body. A body that is not an object is a message, such as the output of the job. */
function fieldsOf({ query, body }: Pick<ProviderInput, "query" | "body">): JsonObject {
  const given = isObject(body) ? body : { message: firstText(body) };
  return { ...given, ...Object.fromEntries([...query].filter(([name]) => FIELDS.includes(name))) };
}

const isZero = (exit: string | null): boolean => exit === null || /^0+$/.test(exit);

/** An unknown status or exit code is a failure: an unnecessary alert is better than a lost one. */
const isGood = (status: string | null, exit: string | null): boolean =>
  isZero(exit) && (status === null || ALIVE.test(status) || parseAction(status) === "resolve");

const isKnown = (status: string | null, exit: string | null): boolean =>
  isZero(exit) ? parseAction(status ?? "") !== null : /^-?\d+$/.test(exit ?? "");
