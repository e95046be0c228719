/**
 * Discord, webhooks. https://discord.com/developers/docs/resources/webhook#execute-webhook
 * Limits: https://discord.com/developers/docs/resources/message#embed-object-embed-limits
 */
import { SECOND } from "../../../lib/time.ts";
import { noticeOf } from "./notice.ts";
import { type Preset, jsonOf, present } from "./preset.ts";
import { fit, linkOf } from "./text.ts";

/** All texts of a message together have at most 6,000 characters. These bounds keep below that: 256 + 2,500 + 1,000 + 10 × 200 + 6. */
const MAX = { title: 256, description: 2500, note: 1000, name: 50, value: 150, url: 2000 };

/** The characters of Discord's markdown. https://support.discord.com/hc/articles/210298617 */
const escape = (character: string): string => (/[\\*_~`|>#[\]()<@:-]/.test(character) ? `\\${character}` : character);

export const discord: Preset = {
  title: "Discord",
  urlExample: "https://discord.com/api/webhooks/…/…",
  keyName: null,

  urlFault({ hostname, pathname }) {
    if (!/^(?:(?:ptb|canary)\.)?discord(?:app)?\.com$/.test(hostname)) return "not at discord.com";
    if (/\/(slack|github)$/.test(pathname))
      return "takes messages of another product; remove the last part of the path";
    return /^\/api\/(?:v\d+\/)?webhooks\/\d+\/[\w-]+$/.test(pathname) ? null : "not the URL of a webhook";
  },

  build(payload, url) {
    const { title, event, severity, description, note, facts, consoleUrl, sourceUrl, at, color } = noticeOf(payload);
    const text = [
      description !== null ? fit(description, MAX.description, escape) : "",
      note !== null ? fit(note, MAX.note, escape) : "",
    ];
    const target = new URL(url);
    // Without it, Discord answers before it has stored the message.
    target.searchParams.set("wait", "true");
    return {
      url: target.href,
      body: {
        embeds: [
          present({
            title: fit(`${event}: [${severity}] ${title}`, MAX.title, escape),
            url: linkOf(consoleUrl ?? sourceUrl, MAX.url) ?? undefined,
            description: text.filter(Boolean).join("\n\n") || undefined,
            color: Number.parseInt(color.slice(1), 16),
            fields: facts.map(({ name, value }) => ({
              name: fit(name, MAX.name, escape),
              value: fit(value, MAX.value, escape),
              inline: true,
            })),
            timestamp: at,
            footer: { text: "Tocsin" },
          }),
        ],
        // No text of an alert may notify anybody.
        allowed_mentions: { parse: [] },
      },
    };
  },

  read(answer) {
    const { status } = answer;
    if (status >= 200 && status < 300) return null;
    const { code, retry_after: retryAfter } = jsonOf(answer);
    return {
      error: `HTTP ${status}${typeof code === "number" && code > 0 ? ` (Discord code ${code})` : ""}`,
      retryAfterMs: status === 429 && typeof retryAfter === "number" ? Math.ceil(retryAfter * SECOND) : null,
    };
  },
};
