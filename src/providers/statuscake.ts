import { defineProvider } from "./form/define.ts";

/** StatusCake's webhook of a contact group: one uptime test that went up or down, as a form. */
export const statuscake = defineProvider({
  id: "statuscake",
  name: "StatusCake",
  docs: "https://www.statuscake.com/kb/knowledge-base/how-to-use-the-web-hook-url/",
  category: "uptime",
  keywords: "uptime website ssl",
  // The Token in the form never changes and is derived from a password. The secret in the URL is safer.
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
  formats: ["form"],
  body: "the StatusCake fields of a test",
  recognizedBy: [{ all: ["Status URL", { any: ["TestID", "StatusCode", "Checkrate", "CheckRate", "ContactGroup"] }] }],
  action: { at: "Status" },
  // Newer bodies have no id.
  alertKey: ["TestID", { parts: ["Name", "URL"] }, "URL"],
  title: ["Name", "URL"],
  description: { text: "Status code {StatusCode}" },
  severity: "HIGH",
  source: ["Name", "IP"],
  url: "URL",
  leftOut: ["Token", "TestID", "Name", "URL"],
});
