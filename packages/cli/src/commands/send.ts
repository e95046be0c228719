import { Command, Option } from "commander";
import { defined, parseJson, readBody, sendRequest } from "../api-client.ts";
import { action, addExamples, collect, type Context } from "../command.ts";
import { CliError, EXIT, type ExitCode, exitCodeFor, ResponseError, UsageError } from "../errors.ts";
import type { Output } from "../output.ts";
import { readDevService } from "../profiles.ts";
import { readBytes, readText } from "../read-input.ts";
import { eachLine, oneLine } from "../terminal-text.ts";

interface Options {
  url?: string;
  secret?: string;
  secretFile?: string;
  header?: string[];
  contentType?: string;
  idempotencyKey?: string;
  scheme?: string;
  signatureHeader?: string;
  algorithm?: string;
  encoding?: string;
  prefix?: string;
  timestampHeader?: string;
  idHeader?: string;
  content?: string;
  in?: string;
  name?: string;
}

/** `tocsin send` */
export const send = () =>
  addExamples(
    new Command("send")
      .summary("Send a signed delivery.")
      .description(
        "Sign a body as its source does, send it, and print the response. The defaults fit the generic provider: HMAC-SHA256 " +
          "in hex over the body, in the header X-Webhook-Signature. Without --url and a secret, sends to the demo integration " +
          'of the service that "npm start" runs in this folder.',
      )
      .argument("[file]", "file with the body, byte for byte (default: standard input, -)")
      .option("--url <ingest-url>", "ingest URL of the integration, and a path after it if the source adds one")
      .option("--secret <secret>", "secret of the integration; other users of this machine can see it")
      .option("--secret-file <file>", "file with the secret (default: TOCSIN_SECRET)")
      .addOption(
        new Option("--scheme <scheme>", "how to sign (default: hmac)").choices(["hmac", "standard-webhooks", "token"]),
      )
      .option("--header <name:value>", "a header; repeatable", collect)
      .option("--content-type <type>", "content type (default: application/json)")
      .option("--idempotency-key <key>", "key of the delivery, so that it counts once")
      .option("--signature-header <name>", "hmac: header for the signature (default: x-webhook-signature)")
      .addOption(
        new Option("--algorithm <hash>", "hmac: hash function (default: sha256)").choices(["sha1", "sha256", "sha512"]),
      )
      .addOption(
        new Option("--encoding <encoding>", "hmac: encoding of the signature (default: hex)").choices([
          "hex",
          "base64",
        ]),
      )
      .option("--prefix <text>", "hmac: text before the signature (default: sha256=)")
      .option("--timestamp-header <name>", "hmac: header for the time of sending")
      .option("--id-header <name>", "hmac: header for the id of the delivery")
      .option("--content <template>", "hmac: signed text, such as {timestamp}.{body} (default: {body})")
      .addOption(
        new Option("--in <location>", "token: where to send it (default: bearer)").choices([
          "bearer",
          "basic",
          "header",
          "query",
          "body",
        ]),
      )
      .option("--name <name>", "token: name of the header, query parameter or body field")
      .action(action(sendDelivery)),
    'tocsin send alert.json --url "$INGEST_URL" --secret-file secret.txt',
    `echo '{"id":"db-1","title":"Disk almost full","severity":"high"}' | TOCSIN_SECRET="$SECRET" tocsin send --url "$INGEST_URL"`,
  );

async function sendDelivery({ output, env }: Context, options: Options, file: string | undefined): Promise<ExitCode> {
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError("No body. Name a file, or pipe it to standard input.");
  const { url, secret } = await destinationOf(options, env);
  const body = await readBytes(file ?? "-");
  const headers = headersOf(options);
  // Loaded here because the validation library is slow to start, and other commands do not need it.
  const [{ verificationSettings }, { signRequest }] = await Promise.all([
    import("../../../../src/verification/settings.ts"),
    import("../../../../src/verification/sign.ts"),
  ]);
  const settings = verificationSettings.safeParse(
    defined({
      scheme: options.scheme ?? "hmac",
      header: options.signatureHeader,
      algorithm: options.algorithm,
      encoding: options.encoding,
      prefix: options.prefix ?? (options.algorithm === undefined ? undefined : `${options.algorithm}=`),
      timestampHeader: options.timestampHeader,
      idHeader: options.idHeader,
      content: options.content,
      in: options.in,
      name: options.name,
    }),
  );
  if (!settings.success) {
    const issues = settings.error.issues.map(({ message }) => message).join("; ");
    throw new UsageError(`Invalid signature options: ${issues}.`);
  }
  const id = options.idempotencyKey ?? crypto.randomUUID();
  // The platform's error would quote the header, and with it the secret.
  const signed = await signRequest({ url, headers, body }, settings.data, secret, id, Date.now()).catch(() => {
    throw new UsageError("The secret or the idempotency key does not fit the scheme.");
  });
  if (!signed) throw new UsageError("This scheme cannot be signed here.");
  const response = await sendRequest(
    new Request(signed.url, { method: "POST", headers: signed.headers, body: signed.body }),
  );
  const text = await readBody(response);
  if (!response.ok) throw new ResponseError(response, parseJson(text));
  if (output.isJson) output.line(text);
  else printResponse(output, response.status, parseJson(text));
  return exitCodeFor(response.status);
}

/** Finds the ingest URL and the secret. The secret of the demo integration is only sent to the demo integration. */
async function destinationOf(
  { url: givenUrl, secret: givenSecret, secretFile }: Options,
  env: NodeJS.ProcessEnv,
): Promise<{ url: URL; secret: string }> {
  const demo = givenUrl === undefined || givenSecret === undefined ? readDevService(env)?.demo : undefined;
  const url = givenUrl ?? demo?.ingestUrl;
  if (url === undefined) throw new UsageError("No ingest URL. Use --url.");
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new UsageError("The ingest URL must start with https:// or http://.");
  const secret =
    givenSecret ??
    (secretFile === undefined ? env.TOCSIN_SECRET : await readText(secretFile)) ??
    (demo && url === demo.ingestUrl ? demo.secret : undefined);
  if (!secret) throw new CliError(EXIT.denied, "No secret. Use --secret-file, or set TOCSIN_SECRET.");
  return { url: new URL(url), secret };
}

function headersOf({ contentType = "application/json", idempotencyKey, header = [] }: Options): Headers {
  const headers = new Headers({ "user-agent": "tocsin" });
  const set = (name: string, value: string): void => {
    try {
      headers.set(name, value);
    } catch {
      throw new UsageError(`Invalid value for the header ${oneLine(name)}.`);
    }
  };
  set("content-type", contentType);
  if (idempotencyKey !== undefined) set("idempotency-key", idempotencyKey);
  for (const text of header) {
    const [, name, value = ""] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError("Invalid --header. Use 'NAME: VALUE'.");
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

function printResponse(output: Output, status: number, body: unknown): void {
  if (!isAccepted(body)) {
    // Compatibility APIs respond in the format of the other product.
    output.line(`${status}`);
    output.line(typeof body === "string" ? eachLine(body) : oneLine(JSON.stringify(body)));
    return;
  }
  const { deliveryId, duplicateOf, alerts } = body;
  output.line(
    `${status} ${body.status}: delivery ${deliveryId}${duplicateOf === undefined ? "" : `, duplicate of ${duplicateOf}`}`,
  );
  for (const { id, outcome, detail } of alerts)
    output.line(oneLine(`Alert ${id ?? "none"}: ${outcome}${detail === undefined ? "" : ` (${detail})`}`));
}

const isAccepted = (body: unknown): body is Accepted =>
  typeof body === "object" && body !== null && "deliveryId" in body && "alerts" in body && Array.isArray(body.alerts);
