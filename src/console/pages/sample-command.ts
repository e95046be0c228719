/** The command that sends a signed sample to an integration, for a terminal. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { utf8 } from "../../lib/bytes.ts";
import { entriesOf } from "../../lib/headers.ts";
import { newId } from "../../lib/ids.ts";
import { custom, mappedProvider } from "../../providers/custom.ts";
import { sampleBody } from "../../providers/custom-sample.ts";
import { sampleAt } from "../../providers/sample.ts";
import { signRequest } from "../../verification/sign.ts";
import type { VerificationSettings } from "../../verification/settings.ts";

/** A curl command; null when Tocsin cannot sign for the scheme. */
export async function sampleCommand(
  { ingestUrl, verification, secret, mapping }: Schemas["CreatedIntegration"],
  provider: Schemas["Provider"],
): Promise<string | null> {
  const now = Date.now();
  const { headers, path, body } = sampleAt(
    mapping ? { body: await sampleBody(mappedProvider(custom, mapping), mapping, now) } : provider.sample,
    now,
  );
  const signed = await signRequest(
    {
      url: new URL(ingestUrl + (path ?? "")),
      headers: new Headers({ "content-type": "application/json", ...headers }),
      body: utf8(typeof body === "string" ? body : JSON.stringify(body)),
    },
    verification as VerificationSettings,
    secret ?? "",
    newId(),
    now,
  );
  if (!signed) return null;
  const lines = [
    `curl -sS ${shellQuote(signed.url.href)}`,
    ...entriesOf(signed.headers).map(([name, value]) => `  -H ${shellQuote(`${name}: ${value}`)}`),
    `  --data-binary ${shellQuote(new TextDecoder().decode(signed.body))}`,
  ];
  return lines.join(" \\\n");
}

/** Quotes a word for a POSIX shell. */
const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
