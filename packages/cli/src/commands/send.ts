import { defineCommand } from "../command.ts";
import { CliError, EXIT, exitOf, RefusedError, UsageError } from "../errors.ts";
import { readBytes, readText } from "../input.ts";
import type { Output } from "../output.ts";
import { readDevService } from "../profiles.ts";
import { defined, parsed, sendRequest, textOf } from "../service.ts";
import { lines, oneLine } from "../text.ts";

/** `tocsin send` */
export const send = defineCommand({
  path: ["send"],
  summary: "Sign a payload as its source would, send it, and print the answer",
  description:
    "The defaults are those of the generic provider: HMAC-SHA256 in hex over the body, in X-Webhook-Signature. Where nothing " +
    "is said of URL and secret, it goes to the demo integration of the `npm start` of this folder.",
  operand: {
    name: "FILE",
    summary: "The body, byte for byte; - or nothing: standard input",
    isOptional: true,
    isFile: true,
  },
  options: {
    url: {
      type: "string",
      value: "INGEST_URL",
      summary: "Where to: the integration's ingest URL, with a path behind it if need be",
    },
    secret: {
      type: "string",
      value: "SECRET",
      summary: "The integration's secret; other users of this machine can see it there",
    },
    "secret-file": {
      type: "string",
      value: "FILE",
      summary: "The secret in a file; by default TOCSIN_SECRET",
      isFile: true,
    },
    scheme: {
      type: "string",
      value: "SCHEME",
      summary: "How to prove it; by default hmac",
      choices: ["hmac", "standard-webhooks", "token"],
    },
    header: { type: "string", value: "'NAME: VALUE'", summary: "A header", isRepeatable: true },
    "content-type": { type: "string", value: "TYPE", summary: "By default application/json" },
    "idempotency-key": { type: "string", value: "KEY", summary: "Names the delivery, so that it counts once" },
    "signature-header": {
      type: "string",
      value: "NAME",
      summary: "hmac: where the signature goes; by default x-webhook-signature",
    },
    algorithm: {
      type: "string",
      value: "HASH",
      summary: "hmac: by default sha256",
      choices: ["sha1", "sha256", "sha512"],
    },
    encoding: { type: "string", value: "ENCODING", summary: "hmac: by default hex", choices: ["hex", "base64"] },
    prefix: { type: "string", value: "TEXT", summary: "hmac: what stands before the signature; by default sha256=" },
    "timestamp-header": { type: "string", value: "NAME", summary: "hmac: where the time of sending goes" },
    "id-header": { type: "string", value: "NAME", summary: "hmac: where the id of the delivery goes" },
    content: {
      type: "string",
      value: "TEMPLATE",
      summary: "hmac: what is signed, such as {timestamp}.{body}; by default {body}",
    },
    in: {
      type: "string",
      value: "PLACE",
      summary: "token: where it goes; by default bearer",
      choices: ["bearer", "basic", "header", "query", "body"],
    },
    name: { type: "string", value: "NAME", summary: "token: name of the header, query parameter or body field" },
  },
  isOffline: true,
  examples: [
    'tocsin send alert.json --url "$INGEST_URL" --secret-file secret.txt',
    `echo '{"id":"db-1","title":"Disk almost full","severity":"high"}' | TOCSIN_SECRET="$SECRET" tocsin send --url "$INGEST_URL"`,
  ],
  async run({ output, env }, values, [file]) {
    if (file === undefined && process.stdin.isTTY)
      throw new UsageError("say which file, or hand the body in on standard input");
    const { url, secret } = await targetOf(values, env);
    const body = await readBytes(file ?? "-");
    const headers = headersOf(values);
    // The rules of verification, which bring their validator along, are loaded where they are needed alone.
    const [{ verificationSettings }, { signRequest }] = await Promise.all([
      import("../../../../src/verification/settings.ts"),
      import("../../../../src/verification/sign.ts"),
    ]);
    const settings = verificationSettings.safeParse(
      defined({
        scheme: values.scheme ?? "hmac",
        header: values["signature-header"],
        algorithm: values.algorithm,
        encoding: values.encoding,
        prefix: values.prefix ?? (values.algorithm === undefined ? undefined : `${values.algorithm}=`),
        timestampHeader: values["timestamp-header"],
        idHeader: values["id-header"],
        content: values.content,
        in: values.in,
        name: values.name,
      }),
    );
    if (!settings.success) throw new UsageError(settings.error.issues.map(({ message }) => message).join("; "));
    const id = values["idempotency-key"] ?? crypto.randomUUID();
    // What the platform says of a header that it does not take repeats the header, so the secret.
    const signed = await signRequest({ url, headers, body }, settings.data, secret, id, Date.now()).catch(() => {
      throw new UsageError("this secret, or the id, cannot stand where the scheme puts it");
    });
    if (!signed) throw new UsageError("this scheme cannot be signed here");
    const response = await sendRequest(
      new Request(signed.url, { method: "POST", headers: signed.headers, body: signed.body }),
    );
    const answer = await textOf(response);
    if (!response.ok) throw new RefusedError(response, parsed(answer));
    if (output.isJson) output.line(answer);
    else show(output, response.status, parsed(answer));
    return exitOf(response.status);
  },
});

interface Given {
  url?: string | undefined;
  secret?: string | undefined;
  "secret-file"?: string | undefined;
}

/** Where to, and with which secret. The demo integration's secret goes to the demo integration only. */
async function targetOf(given: Given, env: NodeJS.ProcessEnv): Promise<{ url: URL; secret: string }> {
  const file = given["secret-file"];
  const demo = given.url === undefined || given.secret === undefined ? readDevService(env)?.demo : undefined;
  const url = given.url ?? demo?.ingestUrl;
  if (url === undefined) throw new UsageError("say where to: --url INGEST_URL");
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError("the ingest URL must begin with https:// or http://");
  const stated = given.secret ?? (file === undefined ? env.TOCSIN_SECRET : await readText(file));
  const secret = stated ?? (demo && url === demo.ingestUrl ? demo.secret : undefined);
  if (!secret) throw new CliError(EXIT.denied, "no secret: --secret-file FILE, or TOCSIN_SECRET");
  return { url: new URL(url), secret };
}

function headersOf(values: {
  header?: readonly string[] | undefined;
  "content-type"?: string | undefined;
  "idempotency-key"?: string | undefined;
}): Headers {
  const headers = new Headers({ "user-agent": "tocsin" });
  const set = (name: string, value: string): void => {
    try {
      headers.set(name, value);
    } catch {
      throw new UsageError(`the header ${oneLine(name)} cannot be sent so`);
    }
  };
  set("content-type", values["content-type"] ?? "application/json");
  const key = values["idempotency-key"];
  if (key !== undefined) set("idempotency-key", key);
  for (const header of values.header ?? []) {
    const [, name, value = ""] = /^([^:\s]+):\s*(.*)$/.exec(header) ?? [];
    if (name === undefined) throw new UsageError("--header is 'NAME: VALUE'");
    set(name, value);
  }
  return headers;
}

interface Accepted {
  deliveryId: string;
  status: string;
  duplicateOf?: string;
  alerts: { id: string | null; outcome: string; detail?: string }[];
}

function show(output: Output, status: number, answer: unknown): void {
  if (!isAccepted(answer)) {
    // A provider that takes another service's place answers as that service does.
    output.line(`${status}`);
    output.line(typeof answer === "string" ? lines(answer) : oneLine(JSON.stringify(answer)));
    return;
  }
  const { deliveryId, duplicateOf, alerts } = answer;
  output.line(
    `${status} ${answer.status}: delivery ${deliveryId}${duplicateOf === undefined ? "" : `, duplicate of ${duplicateOf}`}`,
  );
  for (const { id, outcome, detail } of alerts) {
    output.line(oneLine(`Alert ${id ?? "none"}: ${outcome}${detail === undefined ? "" : ` (${detail})`}`));
  }
}

const isAccepted = (answer: unknown): answer is Accepted =>
  typeof answer === "object" &&
  answer !== null &&
  "deliveryId" in answer &&
  "alerts" in answer &&
  Array.isArray(answer.alerts);
