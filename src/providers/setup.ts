import { describeVerification } from "../verification/describe.ts";
import type { VerificationSettings } from "../verification/settings.ts";
import type { Provider } from "./provider.ts";

/** The end of a setup step in which the source shows a secret that it made itself: "Copy the signing secret." */
export const SET_SOURCE_SECRET =
  "Make it the secret of this integration: with **Rotate secret** on its page in the console (field **New secret**), or with `tocsin integrations rotate <INTEGRATION_ID> --secret-file -`, which reads it from standard input.";

/** The values of an integration in the setup steps of its provider. */
export interface SetupValues {
  id: string;
  ingestUrl: string;
  /** With `<SECRET>` in the place of an unknown secret. Default: the placeholder stays. */
  emailAddress?: string;
  verification: VerificationSettings;
  /** Null: unknown. `<SECRET>` stays in the steps. */
  secret: string | null;
}

/** The placeholders of setup steps. The parts of the URL are for programs that configure them separately. */
export const SETUP_PLACEHOLDERS = [
  "<INGEST_URL>",
  "<INGEST_SCHEME>",
  "<INGEST_HOST>",
  "<INGEST_PATH>",
  "<EMAIL_ADDRESS>",
  "<INTEGRATION_ID>",
  "<SECRET>",
];

/** Returns a provider's setup steps for an integration, in Markdown. */
export function fillSetup(
  provider: Provider,
  { id, ingestUrl, emailAddress = "<EMAIL_ADDRESS>", verification, secret }: SetupValues,
): string {
  const { protocol, host, pathname } = new URL(ingestUrl);
  const steps = stepsFor(provider, verification)
    .replaceAll("<INGEST_URL>", () => ingestUrl)
    .replaceAll("<INGEST_SCHEME>", () => protocol.slice(0, -1))
    .replaceAll("<INGEST_HOST>", () => host)
    .replaceAll("<INGEST_PATH>", () => pathname)
    .replaceAll("<EMAIL_ADDRESS>", () => emailAddress)
    .replaceAll("<INTEGRATION_ID>", id);
  return secret === null ? steps : steps.replaceAll("<SECRET>", () => secret);
}

/** The steps are written for the provider's default verification. Another place of the token is put in; otherwise they say so. */
function stepsFor({ setup, verification: usual }: Provider, actual: VerificationSettings): string {
  if (actual.scheme === "token" && usual.scheme === "token") {
    const { in: place, name } = actual;
    const isHeader = setup.includes("X-Tocsin-Token");
    const isQuery = setup.includes("?token=<SECRET>");
    if ((place ?? null) === (usual.in ?? null) && (name ?? null) === (usual.name ?? null)) return setup;
    if (place === undefined && usual.in === undefined) return setup;
    if (place === "header" && isHeader && !isQuery) return setup.replaceAll("X-Tocsin-Token", name ?? "X-Tocsin-Token");
    if (place === "query" && isQuery && !isHeader) return setup.replaceAll("?token=", `?${name ?? "token"}=`);
  } else if (actual.scheme === usual.scheme && describeVerification(actual) === describeVerification(usual)) {
    return setup;
  }
  return `**Verification of this integration: ${describeVerification(actual)}.** The following steps are for another one: ${describeVerification(usual)}.
Where they send the secret, send what this integration verifies.

${setup}`;
}
