import { parseAction } from "./actions.ts";
import { asText, firstText, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** StatusCake's contact group webhook: a test that went down or up, as a form. https://www.statuscake.com/kb/knowledge-base/how-to-use-the-web-hook-url/ */
export const statuscake: Provider = {
  id: "statuscake",
  name: "StatusCake",
  docs: "https://www.statuscake.com/kb/knowledge-base/how-to-use-the-web-hook-url/",
  verification: { scheme: "token" },
  setup: `1. In StatusCake, open **Alerting → Contact Groups** and edit or add one.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`, method **POST**.
3. Choose the contact group in your tests.`,
  sample: {
    body: {
      URL: "https://shop.example.com/checkout",
      Token: "",
      TestID: "6120045",
      Name: "Checkout",
      Status: "Down",
      StatusCode: "503",
      Method: "Website",
      Checkrate: "60",
      Tags: "shop,prod",
      IP: "203.0.113.7",
    },
  },
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) => has(body, "Status") && hasAny(body, "TestID", "Checkrate", "StatusCode"),
  read({ body }) {
    const message = objectBody(body, "StatusCake's form");
    return one(
      newEvent({
        action: parseAction(asText(message.Status) ?? "") ?? "trigger",
        alertKey:
          keyOf(message.TestID) ??
          (asText(message.URL) === null ? keyOf(message.Name) : keyOf(message.Name, message.URL)),
        externalId: firstText(message.TestID, message.Name),
        title: firstText(message.Name, message.URL) ?? "StatusCake test",
        description: [asText(message.Status), asText(message.StatusCode)].filter(Boolean).join(" ") || null,
        severity: "HIGH",
        source: firstText(message.Name),
        url: asText(message.URL),
        // Its Token is a hash of the account's key: not kept.
        metadata: {
          status: message.Status,
          statusCode: message.StatusCode,
          method: message.Method,
          tags: message.Tags,
          ip: message.IP,
          testId: message.TestID,
        },
      }),
    );
  },
};
