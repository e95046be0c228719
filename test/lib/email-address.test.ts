import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { EMAIL_TOKEN, emailAddressOf, newEmailToken, readEmailAddress } from "../../src/lib/email-address.ts";
import { toIngestId } from "../../src/lib/ingest-id.ts";

const KEYS = "0123456789abcdef0123456789abcdef";

test.prop([fc.uuid(), fc.boolean()])(
  "is read as it was made, in either case, and fits into 64 characters",
  (id, isUpper) => {
    const token = newEmailToken();
    expect(token).toMatch(EMAIL_TOKEN);
    const address = emailAddressOf(id, token, "alerts.example.com", KEYS);
    expect(address.indexOf("@")).toBeLessThanOrEqual(64);
    const given = isUpper ? address.toUpperCase() : address;
    expect(readEmailAddress(given)).toEqual({
      ingestId: toIngestId(id, KEYS),
      token: isUpper ? token.toUpperCase() : token,
    });
  },
);

it.each([
  "",
  "alerts@example.com",
  `${"a".repeat(34)}@example.com`,
  `${"a".repeat(34)}.@x`,
  `x${"a".repeat(34)}.abc@x`,
])("has no other form: %s", (address) => {
  expect(readEmailAddress(address)).toBeNull();
});
