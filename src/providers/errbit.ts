import { isObject } from "../lib/json.ts";
import { asInstant, asText, firstText, formJson, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * Errbit's webhook: a problem that occurred again, as JSON in the field `problem` of a form.
 * https://github.com/errbit/errbit/blob/main/app/models/notification_services/webhook_service.rb
 */
export const errbit: Provider = {
  id: "errbit",
  name: "Errbit",
  docs: "https://github.com/errbit/errbit",
  verification: { scheme: "token" },
  setup: `1. In Errbit, edit the app and choose **Notification services → WebHook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Errbit never says that a problem is over: consider the integration's \`autoResolveMinutes\`.`,
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
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) => has(pick(body, "problem"), "_id", "app_name") || typeof pick(body, "problem") === "string",
  read({ body }) {
    const sent = objectBody(body, "a problem", "/problem").problem;
    const problem =
      typeof sent === "string" ? formJson({ problem: sent }, "problem") : objectBody(sent, "a problem", "/problem");
    const isResolved = problem.resolved === true;
    return one(
      newEvent({
        action: isResolved ? "resolve" : "trigger",
        // MongoDB's extended JSON writes ids as objects.
        alertKey: keyOf(isObject(problem._id) ? problem._id.$oid : problem._id),
        title: [asText(problem.error_class), asText(problem.message)].filter(Boolean).join(": ") || "Errbit problem",
        description: asText(problem.where),
        source: firstText(problem.app_name),
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
