import { expect, it } from "vitest";
import type { LoadedIntegration, Received } from "../../src/ingest/delivery.ts";
import { redact, secretsOf } from "../../src/ingest/redact.ts";
import type { VerificationSettings } from "../../src/verification/settings.ts";

const OWN = "the-own-secret-of-the-integration";
const FOREIGN = "fd2f1c9e5a8b4e0f9a7c3b2d1e0f9a8b";

const delivery = (verification: VerificationSettings, changes: Partial<Received> & { text?: string }): Received => ({
  id: "01890000-0000-7000-8000-000000000001",
  url: new URL("https://t.test/in/x"),
  path: "",
  headers: new Headers(),
  body: {
    bytes: new TextEncoder().encode(changes.text ?? "") as Uint8Array<ArrayBuffer>,
    isTooLarge: false,
    announcedBytes: null,
  },
  receivedAt: 0,
  isLoop: false,
  replayOf: null,
  integration: { config: { verification }, secrets: [OWN] } as LoadedIntegration,
  ...changes,
});

const redactedOf = (given: Received): Received => redact(given, { secretsToMask: secretsOf });

const textOf = ({ body }: Received): string => new TextDecoder().decode(body.bytes);

it.each<VerificationSettings>([
  { scheme: "token" },
  { scheme: "sns", toleranceSeconds: 300 },
  { scheme: "standard-webhooks", toleranceSeconds: 300 },
])("a delivery under %j is redacted in headers, path and body", (verification) => {
  const redacted = redactedOf(
    delivery(verification, {
      url: new URL(`https://t.test/in/x/hooks/${FOREIGN}?token=${FOREIGN}`),
      path: `/hooks/${FOREIGN}`,
      headers: new Headers({ "x-original-uri": `/in/x?token=${FOREIGN}`, "x-copy": OWN, "user-agent": "Monitor" }),
      text: `{"a":"${OWN}","b":"${FOREIGN}"}`,
    }),
  );
  expect([...redacted.headers]).toEqual([
    ["user-agent", "Monitor"],
    ["x-copy", "[redacted]"],
    ["x-original-uri", "[redacted]"],
  ]);
  expect(redacted.path).toBe(`/hooks/${"*".repeat(32)}`);
  expect(textOf(redacted)).toBe(`{"a":"${"*".repeat(OWN.length)}","b":"${"*".repeat(32)}"}`);
});

it("a redacted delivery stays the same when it is redacted again", () => {
  const once = redactedOf(
    delivery(
      { scheme: "token", in: "body", name: "routing_key" },
      { text: `{"routing_key":"${FOREIGN}","title":"x"}` },
    ),
  );
  expect(textOf(redactedOf(once))).toBe(textOf(once));
});

it("a delivery without a secret keeps its headers and bytes", () => {
  const given = delivery(
    { scheme: "token" },
    { headers: new Headers({ "user-agent": "Monitor" }), text: '{"title":"x"}' },
  );
  const redacted = redactedOf(given);
  expect([redacted.headers === given.headers, redacted.body.bytes === given.body.bytes]).toEqual([true, true]);
});
