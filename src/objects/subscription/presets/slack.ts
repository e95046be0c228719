/**
 * Slack, incoming webhooks. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 * Escaping: https://docs.slack.dev/messaging/formatting-message-text#escaping
 * Limits: https://docs.slack.dev/reference/block-kit/blocks/section-block
 */
import { type Answer, type AnswerFault, type Preset, present } from "./preset.ts";
import { noticeOf } from "./notice.ts";
import { fit, linkOf } from "./text.ts";

/** Slack cuts a message at 40,000 characters; one line needs no more than this. */
const MAX_TEXT = 1000;
const MAX_SECTION = 3000;
const MAX_FIELD = 2000;
const MAX_FIELDS = 10;
const MAX_URL = 3000;

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Without it, `<!channel>` in an alert would notify everybody. */
const escape = (character: string): string => ESCAPES[character] ?? character;

const mrkdwn = (text: string) => ({ type: "mrkdwn", text });

const link = (url: string | null, label: string): string => {
  const target = linkOf(url, MAX_URL);
  return target === null ? label : `<${target.replaceAll("&", "&amp;")}|${label}>`;
};

/** The fixed words with which Slack rejects: `invalid_payload`, `no_service`, `channel_is_archived` … */
const ERROR_WORD = /^[a-z_]{2,60}$/;

export const slack: Preset = {
  title: "Slack",
  urlExample: "https://hooks.slack.com/services/T…/B…/…",
  keyName: null,

  urlFault({ hostname, pathname }) {
    if (hostname !== "hooks.slack.com" && hostname !== "hooks.slack-gov.com") return "not at hooks.slack.com";
    if (/^\/(workflows|triggers)\//.test(pathname)) return "starts a workflow; create an incoming webhook instead";
    return /^\/services\/[^/]+\/[^/]+\/[^/]+$/.test(pathname) ? null : "not the URL of an incoming webhook";
  },

  build(payload, url) {
    const { event, title, severity, description, note, facts, consoleUrl, sourceUrl, color } = noticeOf(payload);
    const heading = `${fit(event, 200, escape)}: `;
    const fields = facts.slice(0, MAX_FIELDS).map(({ name, value }) => {
      const label = `*${fit(name, 100, escape)}*\n`;
      return mrkdwn(label + fit(value, MAX_FIELD - label.length, escape));
    });
    const source = linkOf(sourceUrl, MAX_URL);
    const blocks = [
      description !== null ? { type: "section", text: mrkdwn(fit(description, MAX_SECTION, escape)) } : undefined,
      fields.length > 0 ? { type: "section", fields } : undefined,
      note !== null ? { type: "section", text: mrkdwn(fit(note, MAX_SECTION, escape)) } : undefined,
      source === null ? undefined : { type: "context", elements: [mrkdwn(link(source, "Open at the source"))] },
    ].filter((block) => block !== undefined);
    return {
      url,
      body: present({
        text: heading + link(consoleUrl, fit(`[${severity}] ${title}`, MAX_TEXT, escape)),
        attachments: blocks.length > 0 ? [{ color, blocks }] : undefined,
        unfurl_links: false,
        unfurl_media: false,
      }),
    };
  },

  read({ status, body }: Answer): AnswerFault | null {
    const word = body.trim();
    if (status === 200 && word === "ok") return null;
    return { error: `HTTP ${status}${ERROR_WORD.test(word) ? ` ${word}` : status === 200 ? ", but not “ok”" : ""}` };
  },
};
