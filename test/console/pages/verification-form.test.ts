import { describe, expect, it } from "vitest";
import {
  DEFAULT_VERIFICATION,
  enteredOf,
  readVerification,
  toVerification,
} from "../../../src/console/pages/verification-form.tsx";
import type { Form } from "../../../src/console/parts/form.ts";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { type VerificationSettings, verificationSettings } from "../../../src/verification/settings.ts";

const formOf = (values: Record<string, string>): Form => {
  const exactly = (name: string) => values[name] ?? "";
  return { exactly, text: (name) => exactly(name).trim(), all: (name) => [exactly(name)] };
};

/** The form of an integration with a verification, as the browser submits it. */
const submitted = (settings: VerificationSettings): Form => {
  const { scheme, values } = enteredOf(settings as Parameters<typeof enteredOf>[0]);
  const fields = Object.entries(values).map(([name, value]) => [`verification.${scheme}.${name}`, value]);
  return formOf({ "verification.scheme": scheme, ...Object.fromEntries(fields) });
};

const SETTINGS: VerificationSettings[] = [
  // Email comes with its provider, and has no form.
  ...[...PROVIDERS.values()].map(({ verification }) => verification).filter(({ scheme }) => scheme !== "email"),
  { scheme: "token", in: "header", name: "X-Key" },
  { scheme: "standard-webhooks", toleranceSeconds: 60 },
  { scheme: "sns", topicArn: "arn:aws:sns:eu-west-1:123456789012:alarms", toleranceSeconds: 3600 },
  verificationSettings.parse({
    scheme: "hmac",
    header: "X-Grafana-Alerting-Signature",
    timestampHeader: "X-Grafana-Alerting-Timestamp",
    idHeader: "x-id",
    content: "{id}:{timestamp}:{body}",
    algorithm: "sha512",
    encoding: "base64",
  }),
];

describe("the form of a verification", () => {
  it("keeps every setting of an integration that is saved without a change", () => {
    for (const settings of SETTINGS) {
      const saved = verificationSettings.parse(toVerification(readVerification(submitted(settings))));
      // An empty prefix and the standard one accept the same signatures.
      expect({ ...saved, prefix: null }).toEqual({ ...settings, prefix: null });
    }
  });

  it("leaves the verification to the provider when none is chosen", () => {
    expect(readVerification(formOf({}))).toEqual(DEFAULT_VERIFICATION);
    expect(readVerification(formOf({ "verification.scheme": "none" }))).toEqual(DEFAULT_VERIFICATION);
    expect(toVerification(DEFAULT_VERIFICATION)).toBeUndefined();
  });

  it("lets the API reject an invalid number", () => {
    const form = formOf({ "verification.scheme": "hmac", "verification.hmac.toleranceSeconds": "5 min" });
    const { error } = verificationSettings.safeParse(toVerification(readVerification(form)));
    expect(error?.issues).toMatchObject([{ path: ["toleranceSeconds"] }]);
  });
});
