import { isObject, type JsonObject } from "../lib/json.ts";
import { asInstant, asText, formJson, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, NEVER_RETRIES, singleEvent, type Provider } from "./provider.ts";

/** Errbit's webhook: a problem that occurred, as JSON in the form field `problem`. Errbit sends nothing when a problem ends. */
export const errbit: Provider = {
  id: "errbit",
  name: "Errbit",
  docs: "https://github.com/errbit/errbit/blob/main/app/models/notification_services/webhook_service.rb",
  verification: { scheme: "token" },
  setup: `1. In Errbit, edit the app and choose **Notification services → WebHook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Errbit sends nothing when a problem ends. Consider the integration's \`autoResolveMinutes\`.`,
  sample: {
    body: {
      problem: {
        _id: "6500b2aa1a603f3916f4f0e3",
        url: "https://errbit.example.com/apps/6500a1ff1a603f3916f4f0de/problems/6500b2aa1a603f3916f4f0e3",
        app_id: "6500a1ff1a603f3916f4f0de",
        app_name: "Shop",
        environment: "production",
        error_class: "PriceError",
        message: "price is missing",
        where: "carts#total",
        notices_count: 1,
        first_notice_at: "2026-09-21T14:13:20.000Z",
        last_notice_at: "2026-09-21T14:13:20.000Z",
        resolved: false,
        resolved_at: null,
      },
    },
  },
  // Errbit posts once and ignores the response.
  senderProfile: NEVER_RETRIES,
  formats: ["form"],
  volatile: [],
  recognizes({ body }) {
    const problem = pick(body, "problem");
    if (typeof problem === "string") return problem.includes('"_id"') && problem.includes('"app_name"');
    return has(problem, "_id", "app_name");
  },
  read({ body }) {
    const problem = problemOf(objectBody(body, "a problem"));
    const isResolved = problem.resolved === true;
    return singleEvent(
      newEvent({
        action: isResolved ? "resolve" : "trigger",
        // MongoDB's extended JSON writes ids as objects.
        alertKey: keyOf(isObject(problem._id) ? problem._id.$oid : problem._id),
        title: titleOf(asText(problem.error_class), asText(problem.message)),
        description: asText(problem.where),
        source: asText(problem.app_name),
        url: asText(problem.url),
        occurredAt: asInstant(isResolved ? problem.resolved_at : problem.last_notice_at),
        metadata: {
          environment: problem.environment,
          where: problem.where,
          notices: problem.notices_count,
          hosts: problem.hosts,
        },
      }),
    );
  },
};

/** The form holds JSON text. A relay may send the object instead. */
const problemOf = (message: JsonObject): JsonObject =>
  typeof message.problem === "string"
    ? formJson(message, "problem")
    : objectBody(message.problem, "a problem", "/problem");

/** The message often begins with the class. */
function titleOf(name: string | null, text: string | null): string {
  if (name === null || text?.startsWith(name)) return text ?? "Errbit problem";
  return text === null ? name : `${name}: ${text}`;
}
