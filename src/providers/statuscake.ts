import { parseActionIn } from "./actions.ts";
import { asText, firstText, has, hasAny, keyOf, objectBody, without } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * StatusCake's webhook of a contact group: one uptime test that went up or down, as a form.
 * https://www.statuscake.com/kb/knowledge-base/how-to-use-the-web-hook-url/
 */
export const statuscake: Provider = {
  id: "statuscake",
  name: "StatusCake",
  docs: "https://www.statuscake.com/kb/knowledge-base/how-to-use-the-web-hook-url/",
  // The Token in the form never changes and is derived from a password. The secret in the URL is safer.
  verification: { scheme: "token" },
  setup: `1. In StatusCake, open **Alerting → Contact Groups → New Contact Group**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`, Webhook Request Method **POST**.
3. Save, and choose the group under **Contact Groups** in your uptime tests.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      TestID: "6120044",
      Name: "Checkout",
      URL: "https://shop.example.com/checkout",
      Status: "Down",
      StatusCode: "503",
      Method: "Website",
      Checkrate: "300",
      Tags: "shop,production",
      IP: "192.0.2.10",
      Token: "0123456789abcdef0123456789abcdef",
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "Status", "URL") && hasAny(body, "TestID", "StatusCode", "Checkrate", "CheckRate", "ContactGroup"),
  read({ body }) {
    const test = objectBody(body, "the StatusCake fields of a test");
    const named = asText(test.Name) === null ? keyOf(test.URL) : keyOf(test.Name, test.URL);
    return singleEvent(
      newEvent({
        action: parseActionIn(asText(test.Status) ?? "") ?? "trigger",
        // Newer bodies have no id.
        alertKey: keyOf(test.TestID) ?? named,
        title: firstText(test.Name, test.URL) ?? "StatusCake test",
        description: asText(test.StatusCode) && `Status code ${asText(test.StatusCode)}`,
        severity: "HIGH",
        source: firstText(test.Name, test.IP),
        url: asText(test.URL),
        metadata: without(test, "Token", "TestID", "Name", "URL"),
      }),
    );
  },
};
