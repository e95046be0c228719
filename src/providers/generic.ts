import { isObject } from "../lib/json.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { NAMES } from "./generic-names.ts";
import { Fields } from "./generic-fields.ts";
import { type GenericReading, readObject } from "./generic-object.ts";
import { BATCHES } from "./generic-wrappers.ts";
import { asList } from "./fields.ts";
import { noEvents, type Provider, readBatch, type Reading, UNPUBLISHED } from "./provider.ts";

/** JSON of any tool: one object or an array of objects with common field names. */
export const generic: Provider = {
  id: "generic",
  name: "Generic JSON",
  docs: "https://www.rfc-editor.org/rfc/rfc8259",
  category: "generic",
  keywords: "any json curl script http webhook own program unknown",
  verification: DEFAULT_HMAC,
  setup: `Send JSON to \`<INGEST_URL>\`, one object or an array of them, signed with the secret. Keep the secret in a file that only the
sender may read:

\`\`\`sh
(umask 077 && cat > tocsin.secret) <<'END'
<SECRET>
END

body='{"id":"disk-db-1","title":"Disk almost full on db-1","severity":"high","status":"open"}'
signature=$(printf %s "$body" | python3 -c 'import hashlib, hmac, sys
key = open("tocsin.secret", "rb").read().strip()
print(hmac.new(key, sys.stdin.buffer.read(), hashlib.sha256).hexdigest())')
curl -sS --fail-with-body --retry 5 --retry-all-errors -m 30 '<INGEST_URL>' -H "X-Webhook-Signature: sha256=$signature" -d "$body"
\`\`\`

If the sender cannot sign, create the integration with \`"verification": {"scheme": "token"}\`, and send the secret in the header
\`X-Tocsin-Token\`. With curl, keep that line in a file, too, and send it with \`-H @file\`: a command line is not secret.

Tocsin reads \`title|name|summary|message\`, \`description|body|details\`, \`severity|priority|level\`, \`status|state|action\`,
\`id|externalId|alertId|dedupKey\`, \`source|service|host\`, \`url|link\` and \`timestamp|time|date|occurredAt\`, in upper or lower case,
and many similar names. They may be one level down, in a wrapper such as \`alert\`, \`incident\`, \`monitor\`, \`event\` or \`data\`.
A recovered state (\`resolved\`, \`ok\`, \`success\`, \`completed\`) resolves the alert with that key and opens none. Work in progress
(\`running\`, \`pending\`) opens none either. All other fields become metadata. \`service\` and \`host\` are also kept in the metadata, so
that people can search for them. The note of a delivery names what Tocsin did not find.`,
  sample: {
    body: {
      id: "disk-db-1",
      title: "Disk almost full on db-1",
      description: "Less than 5 % is free on /var.",
      severity: "high",
      status: "open",
      source: "db-1",
      url: "https://example.com/hosts/db-1",
      timestamp: "2026-09-21T14:13:20Z",
    },
  },
  senderProfile: UNPUBLISHED,
  // Scripts set the time of sending: a repeated event differs only in that.
  volatile: ["occurredAt"],
  read: ({ body }) => readGeneric(body),
};

/** Reads one object, an array of objects, or an object that holds nothing but an array of alerts. */
function readGeneric(body: unknown): Reading {
  const batch = batchOf(body);
  if (!batch) {
    const reading = readObject(body, "");
    return toReading(reading, reading.event === null ? [] : [reading.event]);
  }
  let first: GenericReading | undefined;
  let isRecognized = false;
  const events = readBatch(batch.elements, batch.pointer, (element, pointer) => {
    const reading = readObject(element, pointer);
    first ??= reading;
    isRecognized ||= reading.isRecognized;
    return reading.event;
  });
  return { ...toReading(first, events), isRecognized };
}

function toReading(reading: GenericReading | undefined, events: Reading["events"]): Reading {
  if (reading && events.length === 0) return noEvents(reading.note ?? "no alert");
  return {
    events,
    isRecognized: reading?.isRecognized ?? false,
    ...(reading?.note !== undefined && { note: reading.note }),
  };
}

/** The elements of a batch; undefined: a single object. */
function batchOf(body: unknown): { elements: readonly unknown[]; pointer: string } | undefined {
  if (Array.isArray(body)) return { elements: body, pointer: "" };
  if (!isObject(body)) return undefined;
  const fields = new Fields(body);
  if (fields.hasAny([...NAMES.title, ...NAMES.key, ...NAMES.id])) return undefined;
  for (const name of BATCHES) {
    const found = fields.top.fields.get(name);
    const elements = asList(found?.value);
    if (found && elements.length > 0 && elements.every(isObject)) return { elements, pointer: `/${found.key}` };
  }
  return undefined;
}
