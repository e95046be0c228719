/**
 * Microsoft Teams, workflows with the trigger "When a Teams webhook request is received", which takes Adaptive Cards. Office 365
 * connectors (webhook.office.com) are retired.
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 * https://adaptivecards.io/explorer/AdaptiveCard.html
 */
import type { Notice } from "./notice.ts";
import { isOver, noticeOf } from "./notice.ts";
import { type Preset, isHostOf, present, readStatus } from "./preset.ts";
import { fit, linkOf } from "./text.ts";

/** A message has at most 28 KB. https://learn.microsoft.com/microsoftteams/limits-specifications-teams */
const MAX = { title: 300, event: 200, description: 2500, note: 1000, name: 60, value: 200, url: 1000 };

/** A TextRun shows its text as it is: unlike TextBlock and Fact it knows no markdown, so nothing needs an escape. */
const run = (text: string, style: Readonly<Record<string, string>> = {}) => ({ type: "TextRun", text, ...style });

const richText = (...inlines: readonly object[]) => ({ type: "RichTextBlock", inlines });

/** https://adaptivecards.io/explorer/ContainerStyle.html */
const styleOf = ({ severity, status }: Notice): string => {
  if (isOver(status)) return "good";
  if (severity === "CRITICAL" || severity === "HIGH") return "attention";
  return severity === "MEDIUM" ? "warning" : "accent";
};

const actionsOf = ({ consoleUrl, sourceUrl }: Notice) =>
  [
    { title: "Open in Tocsin", url: linkOf(consoleUrl, MAX.url) },
    { title: "Open at the source", url: linkOf(sourceUrl, MAX.url) },
  ].flatMap(({ title, url }) => (url === null ? [] : [{ type: "Action.OpenUrl", title, url }]));

export const teams: Preset = {
  title: "Microsoft Teams",
  urlExample: "https://….environment.api.powerplatform.com/powerautomate/automations/direct/workflows/…",
  keyName: null,

  urlFault({ hostname, pathname, searchParams }) {
    if (isHostOf(hostname, "webhook.office.com") || hostname === "outlook.office.com")
      return "an Office 365 connector, which Microsoft retired; create a workflow instead";
    const isKnown = ["logic.azure.com", "logic.azure.us", "api.powerplatform.com", "api.powerplatform.us"].some(
      (domain) => isHostOf(hostname, domain),
    );
    if (!isKnown) return "not at logic.azure.com or api.powerplatform.com";
    return pathname.includes("/workflows/") && searchParams.has("sig")
      ? null
      : "not the whole URL of a workflow: it has the parameter `sig`";
  },

  build(payload, url) {
    const notice = noticeOf(payload);
    const { title, event, description, note, facts } = notice;
    const actions = actionsOf(notice);
    const card = present({
      $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.4",
      body: [
        {
          type: "Container",
          style: styleOf(notice),
          bleed: true,
          items: [
            richText(run(fit(title, MAX.title), { weight: "Bolder", size: "Medium" })),
            richText(run(fit(event, MAX.event))),
          ],
        },
        ...(description !== null ? [richText(run(fit(description, MAX.description)))] : []),
        ...facts.map(({ name, value }) =>
          richText(run(`${fit(name, MAX.name)}: `, { weight: "Bolder" }), run(fit(value, MAX.value))),
        ),
        ...(note !== null ? [richText(run(fit(note, MAX.note), { color: "Accent" }))] : []),
      ],
      actions: actions.length > 0 ? actions : undefined,
      msteams: { width: "Full" },
    });
    const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content: card };
    return { url, body: { type: "message", attachments: [attachment] } };
  },

  /** 202: the workflow has started. Whether it posts the card is only in its run history. */
  read: readStatus,
};
