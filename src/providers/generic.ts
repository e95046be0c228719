import type { AlertEvent } from "../alerts/event.ts";
import type { Action, Severity } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asText } from "./fields.ts";
import { BodyError, newEvent, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/** Common field names, in order of preference; compared without case, `_` and `-`. */
const NAMES = {
  title: ["title", "name", "summary", "message", "subject"],
  description: ["description", "body", "details", "text"],
  severity: ["severity", "priority", "level", "urgency"],
  status: ["status", "state", "action", "eventaction", "eventtype"],
  key: ["dedupkey", "alertkey", "alertid", "externalid", "id", "incidentkey"],
  externalId: ["externalid", "id", "alertid", "dedupkey"],
  occurredAt: ["timestamp", "occurredat", "time", "date", "createdat", "triggeredat", "startsat", "ts"],
  source: ["source", "service", "host", "hostname", "component"],
  url: ["url", "link", "href"],
} as const;

const MERGED_INTO_METADATA = "metadata";

/** JSON of any tool: one object or an array of objects with common field names. */
export const generic: Provider = {
  id: "generic",
  name: "Generic JSON",
  docs: "https://www.rfc-editor.org/rfc/rfc8259",
  verification: DEFAULT_HMAC,
  setup: `Send JSON to \`<INGEST_URL>\`, one object or an array of them, signed with the secret. Keep the secret in a file that only the
sender may read:

\`\`\`sh
(umask 077 && cat > tocsin.secret) <<'END'
<SECRET>
END
\`\`\`

\`\`\`sh
body='{"id":"disk-db-1","title":"Disk almost full on db-1","severity":"high","status":"open"}'
signature=$(printf %s "$body" | python3 -c 'import hashlib, hmac, sys
key = open("tocsin.secret", "rb").read().strip()
print(hmac.new(key, sys.stdin.buffer.read(), hashlib.sha256).hexdigest())')
curl -sS --fail-with-body --retry 5 --retry-all-errors -m 30 '<INGEST_URL>' -H "X-Webhook-Signature: sha256=$signature" -d "$body"
\`\`\`

If the sender cannot sign, create the integration with \`"verification": {"scheme": "token"}\`, and send the secret in the header
\`X-Tocsin-Token\`. With curl, keep that line in a file, too, and send it with \`-H @file\`: a command line is not secret.

Tocsin reads \`title|name|summary|message\`, \`description|body|details\`, \`severity|priority|level\`, \`status|state|action\`,
\`id|externalId|alertId|dedupKey\`, \`source|service|host\`, \`url|link\` and \`timestamp|time|date|occurredAt\`, in upper or lower case.
All other fields become metadata. \`service\` and \`host\` are also kept in the metadata, so that people can search for them.`,
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
  read({ body }) {
    if (!Array.isArray(body)) {
      const { event, isRecognized } = readObject(body, "");
      return { events: [event], isRecognized };
    }
    let isRecognized = false;
    const events = readBatch(body, "", (element, pointer) => {
      const reading = readObject(element, pointer);
      isRecognized ||= reading.isRecognized;
      return reading.event;
    });
    return { events, isRecognized };
  },
};

function readObject(body: unknown, pointer: string): { event: AlertEvent; isRecognized: boolean } {
  if (!isObject(body)) throw new BodyError("expected a JSON object", pointer);
  if (Object.keys(body).length === 0) throw new BodyError("the object is empty", pointer);

  const fields = new Fields(body);
  const title = fields.take(NAMES.title, asText);
  // In `{title, message}`, the message is the description.
  const description = fields.take(NAMES.description, asText) ?? fields.take(NAMES.title, asText);
  const alertKey = fields.peek(NAMES.key, asText);
  const externalId = fields.peek(NAMES.externalId, asText);
  const { severity, isClear } = readSeverity(fields);
  const action: Action =
    fields.take(NAMES.status, (value) => parseAction(asText(value) ?? "")) ??
    // `{id, level: "ok"}` is a resolve. Without an id, there is nothing to resolve.
    (isClear && alertKey !== null && !fields.hasAny(NAMES.status) ? "resolve" : "trigger");
  const occurredAt = fields.take(NAMES.occurredAt, asInstant);
  // `{service: "checkout"}` is a label too, so it stays in the metadata.
  const source = fields.use(NAMES.source, asText);
  const url = fields.take(NAMES.url, asText);
  fields.drop([...NAMES.key, ...NAMES.externalId, "source"]);

  return {
    event: newEvent({
      action,
      alertKey,
      externalId,
      title: title ?? "Untitled alert",
      description,
      severity,
      source,
      url,
      occurredAt,
      metadata: fields.rest(),
    }),
    isRecognized: fields.tookAny || alertKey !== null,
  };
}

function readSeverity(fields: Fields): { severity: Severity; isClear: boolean } {
  const word = fields.peek(NAMES.severity, asText);
  // Numbers mean P1 … P5, except in `level`, whose numbers differ between tools.
  const severity =
    fields.take(NAMES.severity, (value, name) =>
      parseSeverity(
        name !== "level" && /^[1-5]$/.test(asText(value) ?? "") ? `P${asText(value)}` : (asText(value) ?? ""),
      ),
    ) ?? "MEDIUM";
  return { severity, isClear: severity === "INFO" && word !== null && parseAction(word) === "resolve" };
}

/** The fields of one object by normalized name. Fields that no rule reads become metadata. */
class Fields {
  tookAny = false;
  readonly #byName = new Map<string, { key: string; value: unknown }>();
  readonly #left: Map<string, unknown>;

  constructor(body: JsonObject) {
    this.#left = new Map(Object.entries(body));
    for (const [key, value] of this.#left) {
      const name = key.toLowerCase().replaceAll(/[_-]/g, "");
      if (!this.#byName.has(name)) this.#byName.set(name, { key, value });
    }
  }

  /** The first named field that `read` can parse. */
  peek<T>(names: readonly string[], read: (value: unknown, name: string) => T | null): T | null {
    return this.#find(names, read)?.result ?? null;
  }

  /** Like peek, and removes the field from the metadata. */
  take<T>(names: readonly string[], read: (value: unknown, name: string) => T | null): T | null {
    const found = this.#find(names, read);
    if (!found) return null;
    this.#left.delete(found.key);
    this.#byName.delete(found.name);
    this.tookAny = true;
    return found.result;
  }

  /** Like take, but keeps the field in the metadata. */
  use<T>(names: readonly string[], read: (value: unknown, name: string) => T | null): T | null {
    const result = this.peek(names, read);
    this.tookAny ||= result !== null;
    return result;
  }

  hasAny(names: readonly string[]): boolean {
    return names.some((name) => this.#byName.has(name));
  }

  /** Removes scalars with these names from the metadata. */
  drop(names: readonly string[]): void {
    this.take(names, asText);
    for (const name of names) {
      const field = this.#byName.get(name);
      if (field && asText(field.value) !== null) this.#left.delete(field.key);
    }
  }

  rest(): JsonObject {
    const entries = [...this.#left].filter(([key]) => key !== MERGED_INTO_METADATA);
    const metadata = this.#left.get(MERGED_INTO_METADATA);
    if (metadata !== undefined && !isObject(metadata)) entries.push([MERGED_INTO_METADATA, metadata]);
    return { ...(isObject(metadata) ? metadata : {}), ...Object.fromEntries(entries) };
  }

  #find<T>(names: readonly string[], read: (value: unknown, name: string) => T | null) {
    for (const name of names) {
      const field = this.#byName.get(name);
      const result = field ? read(field.value, name) : null;
      if (field && result !== null) return { name, key: field.key, result };
    }
    return undefined;
  }
}
