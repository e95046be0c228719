/** What each preset sends for an entry, which URLs it accepts, and how it reads answers. */
import { describe, expect, it } from "vitest";
import { PRESETS, type PresetName, presetUrlFault } from "../../../../src/objects/subscription/presets/index.ts";
import { CONSOLE, sample } from "./payloads.ts";

const STRICT = { isInsecureAllowed: false };
const ALERT = "01997a3e-9d80-7000-8000-000000000002";

const SLACK = "https://hooks.slack.com/services/T0/B0/secret";
const TEAMS =
  "https://0a1b.4a.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/1/triggers/manual/paths/invoke?api-version=1&sig=x";
const DISCORD = "https://discord.com/api/webhooks/123/token";
const PAGERDUTY = "https://events.pagerduty.com/v2/enqueue";
const OPSGENIE = "https://api.opsgenie.com/v2/alerts";

/** The parts of the bodies that the tests look at. */
interface Sent {
  text: string;
  attachments: {
    color: string;
    content: { body: { style: string }[]; actions: { url: string }[] };
  }[];
  embeds: { title: string }[];
  allowed_mentions: object;
}

/** The request of a preset. */
function requestOf(name: PresetName, payload: ReturnType<typeof sample>, url: string) {
  const built = PRESETS[name].build(payload, url);
  if ("skipped" in built) throw new Error(built.skipped);
  return built as { url: string; body: Sent };
}

describe("A URL of a preset", () => {
  it.each<[PresetName, string]>([
    ["slack", SLACK],
    ["slack", "https://hooks.slack-gov.com/services/T0/B0/secret"],
    ["teams", TEAMS],
    ["teams", "https://prod-01.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x"],
    ["discord", DISCORD],
    ["discord", "https://canary.discord.com/api/v10/webhooks/123/token?thread_id=4"],
    ["pagerduty", PAGERDUTY],
    ["pagerduty", "https://events.eu.pagerduty.com/v2/enqueue"],
    ["opsgenie", OPSGENIE],
    ["opsgenie", "https://api.eu.opsgenie.com/v2/alerts"],
    ["opsgenie", "https://api.atlassian.com/jsm/ops/integration/v2/alerts"],
  ])("%s may be %s", (name, url) => {
    expect(presetUrlFault(name, url, STRICT)).toBeNull();
  });

  it.each<[PresetName, string, string]>([
    ["slack", "https://hooks.slack.com/triggers/T0/1/x", "workflow"],
    ["slack", "https://slack.com/services/T0/B0/secret", "hooks.slack.com"],
    ["slack", "https://hooks.slack.com.evil.test/services/T0/B0/secret", "hooks.slack.com"],
    ["teams", "https://acme.webhook.office.com/webhookb2/1/IncomingWebhook/2/3", "retired"],
    ["teams", "https://api.powerplatform.com.evil.test/workflows/1?sig=x", "logic.azure.com"],
    ["teams", "https://prod-01.westeurope.logic.azure.com/workflows/1/triggers/manual/paths/invoke", "sig"],
    ["discord", `${DISCORD}/slack`, "another product"],
    ["discord", "https://discord.com/channels/1/2", "webhook"],
    ["pagerduty", "https://events.pagerduty.com/generic/2010-04-15/create_event.json", "/v2/enqueue"],
    ["pagerduty", "https://acme.pagerduty.com/v2/enqueue", "events.pagerduty.com"],
    ["opsgenie", "https://api.opsgenie.com/v1/json/alert", "/v2/alerts"],
    ["opsgenie", "https://acme.app.opsgenie.com/v2/alerts", "api.opsgenie.com"],
  ])("%s may not be %s", (name, url, reason) => {
    expect(presetUrlFault(name, url, STRICT)).toContain(reason);
  });

  it("may be this machine in development only", () => {
    expect(presetUrlFault("slack", "http://127.0.0.1:1/x", { isInsecureAllowed: true })).toBeNull();
    for (const url of ["https://example.com/x", "https://endpoint.test/x", "http://10.0.0.1/x"]) {
      expect(presetUrlFault("slack", url, { isInsecureAllowed: true })).not.toBeNull();
    }
    expect(presetUrlFault("slack", "http://127.0.0.1:1/x", STRICT)).not.toBeNull();
  });
});

describe("The end of a mute", () => {
  const unmuted = {
    ...sample("NOTED", { severity: "LOW" }, { severity: "CRITICAL" }),
    type: "alert.unmuted",
    timestamp: "2026-10-02T00:00:00.000Z",
  };

  it("opens an incident, whatever the first entry that was not sent, with the alert as it is", () => {
    expect(requestOf("pagerduty", unmuted, PAGERDUTY).body).toMatchObject({
      event_action: "trigger",
      payload: { severity: "critical" },
    });
    expect(requestOf("opsgenie", unmuted, OPSGENIE)).toMatchObject({ url: OPSGENIE, body: { priority: "P1" } });
    expect(requestOf("slack", unmuted, SLACK).body.text).toContain("[CRITICAL] Disk almost full");
  });
});

describe("Slack", () => {
  it("gets one line with a link to the console, and facts in the color of the severity", () => {
    const { body } = requestOf("slack", sample("CREATED"), SLACK);
    expect(body.text).toBe(`Opened: <${CONSOLE}/alerts/${ALERT}|[CRITICAL] Disk almost full on db-1>`);
    expect(body.attachments[0]?.color).toBe("#d92d20");
    expect(JSON.stringify(body.attachments)).toContain("*service*\\ncheckout");
  });

  it("gets no mention out of an alert", () => {
    const { body } = requestOf(
      "slack",
      sample("CREATED", {}, { title: "<!channel> & <@U1|x>", description: "<!here>" }),
      SLACK,
    );
    expect(JSON.stringify(body)).not.toMatch(/<[!@]/);
    expect(body.text).toContain("&lt;!channel&gt; &amp; &lt;@U1|x&gt;");
  });

  it.each([
    [200, "ok", null],
    [200, "<html>", "HTTP 200, but not “ok”"],
    [400, "invalid_payload", "HTTP 400 invalid_payload"],
    [404, "no_service", "HTTP 404 no_service"],
    [500, "Something with details", "HTTP 500"],
  ])("answers %s %s: %s", (status, body, error) => {
    expect(PRESETS.slack.read({ status, body })?.error ?? null).toBe(error);
  });
});

describe("Teams", () => {
  it("gets a card whose style tells the severity, or that the alert is over", () => {
    const styleOf = (payload: ReturnType<typeof sample>) =>
      requestOf("teams", payload, TEAMS).body.attachments[0]?.content.body[0]?.style;
    expect([styleOf(sample("CREATED")), styleOf(sample("RESOLVED"))]).toEqual(["attention", "good"]);
  });

  it("gets links to the console and to the source", () => {
    const [card] = requestOf("teams", sample("CREATED"), TEAMS).body.attachments;
    expect(card?.content.actions.map(({ url }) => url)).toEqual([
      `${CONSOLE}/alerts/${ALERT}`,
      "https://grafana.example.com/alerting/1",
    ]);
  });

  it("is read by the status", () => {
    expect(PRESETS.teams.read({ status: 202, body: "" })).toBeNull();
    expect(PRESETS.teams.read({ status: 401, body: "" })).toEqual({ error: "HTTP 401" });
  });
});

describe("Discord", () => {
  it("waits for the message, in the thread of the URL", () => {
    expect(requestOf("discord", sample("CREATED"), `${DISCORD}?thread_id=4`).url).toBe(
      `${DISCORD}?thread_id=4&wait=true`,
    );
  });

  it("gets no mention and no markdown out of an alert", () => {
    const { body } = requestOf(
      "discord",
      sample("CREATED", {}, { title: "**@everyone** [x](https://evil.test)" }),
      DISCORD,
    );
    expect(body.embeds[0]?.title).toBe(
      String.raw`Opened\: \[CRITICAL\] \*\*\@everyone\*\* \[x\]\(https\://evil.test\)`,
    );
    expect(body.allowed_mentions).toEqual({ parse: [] });
  });

  it("names its code, and when to try again", () => {
    const read = (status: number, body: object) => PRESETS.discord.read({ status, body: JSON.stringify(body) });
    expect(read(200, { id: "1" })).toBeNull();
    expect(read(404, { message: "Unknown Webhook", code: 10015 })).toMatchObject({
      error: "HTTP 404 (Discord code 10015)",
    });
    expect(read(429, { retry_after: 0.65, global: false })).toMatchObject({ retryAfterMs: 650 });
  });
});

describe("PagerDuty", () => {
  it.each([
    ["CREATED", "trigger"],
    ["REPEATED", "trigger"],
    ["REOPENED", "trigger"],
    ["ACKNOWLEDGED", "acknowledge"],
    ["RESOLVED", "resolve"],
    ["CLOSED", "resolve"],
  ] as const)("gets for %s the action %s with the alert as dedup key", (type, action) => {
    const { body } = requestOf("pagerduty", sample(type), PAGERDUTY);
    expect(body).toMatchObject({ event_action: action, dedup_key: ALERT });
  });

  it.each(["NOTED", "STALE", "SNOOZED", "UNACKNOWLEDGED"] as const)("gets nothing for %s", (type) => {
    expect(PRESETS.pagerduty.build(sample(type), PAGERDUTY)).toEqual({ skipped: expect.stringContaining("PagerDuty") });
  });

  it("gets its key in the body, also in the body of an expression", () => {
    const request = PRESETS.pagerduty.authorize?.({ url: PAGERDUTY, body: { event_action: "resolve" } }, "key");
    expect(request?.body).toEqual({ event_action: "resolve", routing_key: "key" });
  });

  it.each([
    [202, { status: "success", message: "Event processed", dedup_key: ALERT }, null],
    [202, { status: "success" }, "HTTP 202 success, but without a dedup_key"],
    [400, { status: "invalid event", message: "Event object is invalid", errors: ["…"] }, "HTTP 400 invalid event"],
    [429, "<html>", "HTTP 429"],
  ])("answers %s %o: %s", (status, body, error) => {
    expect(PRESETS.pagerduty.read({ status, body: JSON.stringify(body) })?.error ?? null).toBe(error);
  });
});

describe("Opsgenie", () => {
  it("gets an alert whose alias is the alert", () => {
    const { url, body } = requestOf("opsgenie", sample("CREATED"), OPSGENIE);
    expect(url).toBe(OPSGENIE);
    expect(body).toMatchObject({ alias: ALERT, priority: "P1", message: "Disk almost full on db-1", entity: "db-1" });
  });

  it.each([
    ["ACKNOWLEDGED", "acknowledge"],
    ["UNACKNOWLEDGED", "unacknowledge"],
    ["RESOLVED", "close"],
    ["CLOSED", "close"],
    ["NOTED", "notes"],
  ] as const)("gets %s at the route %s of the alias", (type, route) => {
    const { url, body } = requestOf("opsgenie", sample(type), `${OPSGENIE}/`);
    expect(url).toBe(`${OPSGENIE}/${ALERT}/${route}?identifierType=alias`);
    expect(body).toMatchObject({ source: "Tocsin", user: "Ada" });
  });

  it.each(["STALE", "SNOOZED", "UNSNOOZED"] as const)("gets nothing for %s", (type) => {
    expect(PRESETS.opsgenie.build(sample(type), OPSGENIE)).toEqual({ skipped: expect.stringContaining("Opsgenie") });
  });

  it("gets its key in a header", () => {
    const request = PRESETS.opsgenie.authorize?.({ url: OPSGENIE, body: {} }, "key");
    expect(request?.headers).toEqual({ authorization: "GenieKey key" });
  });

  it("is read by the id of the request", () => {
    const read = (status: number, body: object) => PRESETS.opsgenie.read({ status, body: JSON.stringify(body) });
    expect(read(202, { result: "Request will be processed", took: 0.1, requestId: "1" })).toBeNull();
    expect(read(202, {})).toEqual({ error: "HTTP 202, but without a requestId" });
    expect(read(422, { message: "Request body is not processable." })).toEqual({ error: "HTTP 422" });
  });
});
