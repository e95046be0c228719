/** The list queries of the API that `npm run bench -- api` measures, on the rows of api-data.ts. */
import type { AlertFilter } from "../../src/alerts/alert-filter.ts";
import type { Condition } from "../../src/alerts/conditions.ts";
import type { DeliveryCondition } from "../../src/alerts/query/delivery-query.ts";
import { countGroups, listLabelNames, listLabelValues } from "../../src/db/alert-groups.ts";
import { countAlerts, listAlerts, listAlertTimeline } from "../../src/db/alerts.ts";
import { listApiKeys } from "../../src/db/api-keys.ts";
import { listAuditEvents } from "../../src/db/audit-events.ts";
import type { Database } from "../../src/db/client.ts";
import { exportDeliveries, listDeliveries } from "../../src/db/deliveries.ts";
import type { DeliveryFilter } from "../../src/db/delivery-page.ts";
import { withReasons, groupByReason } from "../../src/db/delivery-reasons.ts";
import { listIntegrations } from "../../src/db/integrations.ts";
import { nextMutingChange } from "../../src/db/muting.ts";
import { findActorsByName, findIntegrationIds } from "../../src/db/names.ts";
import { oldestDeliveries } from "../../src/db/replayable.ts";
import { listTopAlertKeys } from "../../src/db/stats.ts";
import { latestCursor, listTimeline } from "../../src/db/timeline.ts";
import { fingerprintOf } from "./api-data.ts";

const LIMIT = 51;
/** Rows of a page of an export. */
const EXPORTED = 200;

/** The database of a query, and ids of its rows. */
export interface QueryData {
  db: Database;
  ids: {
    teams: string[];
    integration: string;
    integrations: string[];
    alert: string;
    replayed: string;
    actor: string;
    user: string;
  };
  /** The time of a row in the middle. */
  middle: Date;
}

export type Query = (data: QueryData) => unknown;

/** A query that reads more rows of a large table than of a small one, up to a bound. */
export interface BoundedQuery {
  run: Query;
  /** The rows that it reads at most. */
  bound: string;
  /** The most times as long, on the large tables, as `than` there; without `than`, as the query itself on the small ones. */
  maxRatio: number;
  /** A query of this list that reads as many rows on both. */
  than?: string;
}

/** A cursor in the middle of a list. */
const middleOf = ({ middle }: QueryData) => ({
  sortedBy: middle.getTime(),
  id: "80000000-0000-7000-8000-000000000000",
});

const team = ({ ids }: QueryData) => [ids.teams[0] ?? ""];

/** A filter with one condition. */
const only = (field: Condition["field"], text: string, isPrefix = false, label?: string): AlertFilter => ({
  conditions: [{ field, label, patterns: [{ text, isPrefix }], isNegated: false }],
});

const without = (field: Condition["field"], text: string, label?: string): AlertFilter => ({
  conditions: [{ field, label, patterns: [{ text, isPrefix: false }], isNegated: true }],
});

const onlyDeliveries = (field: DeliveryCondition["field"], text: string, isPrefix = false): DeliveryFilter => ({
  conditions: [{ field, patterns: [{ text, isPrefix }], isNegated: false }],
});

export const QUERIES: Readonly<Record<string, Query | BoundedQuery>> = {
  alerts: ({ db }) => listAlerts(db, "all", {}, null, LIMIT),
  "alerts, from the middle": (b) => listAlerts(b.db, "all", {}, middleOf(b), LIMIT),
  "alerts, exported from the middle": (b) => listAlerts(b.db, "all", {}, middleOf(b), EXPORTED, "oldest first"),
  "alerts of a team": (b) => listAlerts(b.db, team(b), {}, null, LIMIT),
  "alerts of a team, from the middle": (b) => listAlerts(b.db, team(b), {}, middleOf(b), LIMIT),
  "alerts of five teams": (b) => listAlerts(b.db, b.ids.teams.slice(0, 5), {}, null, LIMIT),
  "alerts, unresolved": ({ db }) => listAlerts(db, "all", { status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT),
  "alerts, closed, of the lowest severity": ({ db }) =>
    listAlerts(db, "all", { status: ["CLOSED"], severity: ["INFO"] }, null, LIMIT),
  "alerts of a team, open and critical": (b) =>
    listAlerts(b.db, team(b), { status: ["OPEN"], severity: ["CRITICAL"] }, null, LIMIT),
  "alerts of an integration": (b) => listAlerts(b.db, "all", { integrationId: b.ids.integration }, null, LIMIT),
  "alerts of an integration, resolved": (b) =>
    listAlerts(b.db, team(b), { integrationId: b.ids.integration, status: ["RESOLVED"] }, null, LIMIT),
  "alerts of an hour": (b) =>
    listAlerts(b.db, "all", { since: b.middle, until: new Date(b.middle.getTime() + 3_600_000) }, null, LIMIT),
  "alerts of a team since the middle": (b) => listAlerts(b.db, team(b), { since: b.middle }, null, LIMIT),
  "alerts with a common word": ({ db }) => listAlerts(db, "all", only("text", "disk"), null, LIMIT),
  "alerts with a rare word": ({ db }) => listAlerts(db, "all", only("text", "zanzibar"), null, LIMIT),
  "alerts with a word that no alert has": ({ db }) => listAlerts(db, "all", only("text", "quagmire"), null, LIMIT),
  "alerts with a rare word in the description": ({ db }) =>
    listAlerts(db, "all", only("text", "flamingo"), null, LIMIT),
  "alerts with a letter": ({ db }) => listAlerts(db, "all", only("text", "d"), null, LIMIT),
  "alerts of a team with a common word": (b) => listAlerts(b.db, team(b), only("text", "disk"), null, LIMIT),
  "alerts, unresolved, with a common word": {
    run: ({ db }) => listAlerts(db, "all", { ...only("text", "disk"), status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT),
    bound: "about 170 alerts for each of 10 pairs of status and severity; in the small table, they have 215 together",
    maxRatio: 2.5,
    than: "alerts, unresolved",
  },
  "alerts with a common label": ({ db }) => listAlerts(db, "all", { labels: { service: "checkout" } }, null, LIMIT),
  "alerts with a rare label": ({ db }) => listAlerts(db, "all", { labels: { service: "fax" } }, null, LIMIT),
  "alerts of a team with a common label, open": {
    run: (b) => listAlerts(b.db, team(b), { labels: { service: "checkout" }, status: ["OPEN"] }, null, LIMIT),
    bound: "about 255 open alerts of the team, until 51 have the label; the small team has 5",
    maxRatio: 1.5,
    than: "alerts, unresolved",
  },
  "alerts with a key": ({ db }) => listAlerts(db, "all", only("alertKey", "key 4711"), null, LIMIT),
  "alerts with the start of a key": ({ db }) => listAlerts(db, "all", only("alertKey", "key 471", true), null, LIMIT),
  "alerts with a key that no alert has": ({ db }) => listAlerts(db, "all", only("alertKey", "nothing"), null, LIMIT),
  "alerts with an external id": ({ db }) => listAlerts(db, "all", only("externalId", "EXT-4711"), null, LIMIT),
  "alerts of a common source": ({ db }) => listAlerts(db, "all", only("source", "host 7"), null, LIMIT),
  "alerts of a source, of a team": {
    run: (b) => listAlerts(b.db, team(b), only("source", "host 7"), null, LIMIT),
    bound: "about 1,020 alerts of the source, until 51 are of the team; in the small table, the source has 200",
    maxRatio: 4,
    than: "alerts of a common source",
  },
  "alerts of a rare source": ({ db }) => listAlerts(db, "all", only("source", "mainframe", true), null, LIMIT),
  "alerts that a busy person acknowledged": ({ db, ids }) =>
    listAlerts(db, "all", only("acknowledgedBy", `user:${ids.user}`), null, LIMIT),
  "alerts that a person acknowledged once": ({ db }) =>
    listAlerts(db, "all", only("acknowledgedBy", "grace hopper"), null, LIMIT),
  "alerts that nobody of this name acknowledged": ({ db }) =>
    listAlerts(db, "all", only("acknowledgedBy", "Nobody", true), null, LIMIT),
  "alerts with the start of a common label": ({ db }) =>
    listAlerts(db, "all", only("label", "check", true, "service"), null, LIMIT),
  "alerts without a common label, unresolved": {
    run: ({ db }) =>
      listAlerts(
        db,
        "all",
        { ...without("label", "checkout", "service"), status: ["OPEN", "ACKNOWLEDGED"] },
        null,
        LIMIT,
      ),
    bound: "about 64 alerts for each of 10 pairs of status and severity; in the small table, they have 215 together",
    maxRatio: 2.5,
    than: "alerts, unresolved",
  },
  "alerts without a word": ({ db }) => listAlerts(db, "all", without("text", "disk"), null, LIMIT),
  "alerts of three integrations, open": (b) =>
    listAlerts(b.db, team(b), { integrationIds: b.ids.integrations, status: ["OPEN"] }, null, LIMIT),
  "alerts by severity": ({ db }) => listAlerts(db, "all", {}, null, LIMIT, "newest first", "severity"),
  "alerts by severity, from the middle": (b) =>
    listAlerts(b.db, "all", {}, { ...middleOf(b), rank: "LOW" }, LIMIT, "newest first", "severity"),
  "alerts by severity, back from the middle": (b) =>
    listAlerts(b.db, "all", {}, { ...middleOf(b), rank: "LOW" }, LIMIT, "oldest first", "severity"),
  "alerts of a team by severity, unresolved": (b) =>
    listAlerts(b.db, team(b), { status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT, "newest first", "severity"),
  "alerts of an integration by severity": (b) =>
    listAlerts(b.db, "all", { integrationId: b.ids.integration }, null, LIMIT, "newest first", "severity"),
  "alerts by last seen": ({ db }) => listAlerts(db, "all", {}, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts by last seen, from the middle": (b) =>
    listAlerts(b.db, "all", {}, middleOf(b), LIMIT, "newest first", "lastSeenAt"),
  "alerts by last seen, back from the middle": (b) =>
    listAlerts(b.db, "all", {}, middleOf(b), LIMIT, "oldest first", "lastSeenAt"),
  "alerts of a team by last seen": (b) => listAlerts(b.db, team(b), {}, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts of a team without any, by last seen": (b) =>
    listAlerts(b.db, b.ids.teams.slice(-1), {}, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts of five teams by last seen": (b) =>
    listAlerts(b.db, b.ids.teams.slice(0, 5), {}, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts of an integration by last seen": (b) =>
    listAlerts(b.db, "all", { integrationId: b.ids.integration }, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts by last seen, unresolved": ({ db }) =>
    listAlerts(db, "all", { status: ["OPEN", "ACKNOWLEDGED"] }, null, LIMIT, "newest first", "lastSeenAt"),
  "alerts, grouped by a label and the integration": ({ db }) =>
    countGroups(db, "all", {}, [{ label: "service" }, { field: "integrationId" }]),
  "alerts of a team, grouped by a label, unresolved": {
    run: (b) => countGroups(b.db, team(b), { status: ["OPEN", "ACKNOWLEDGED"] }, [{ label: "service" }]),
    bound: "2,001 alerts; the small team has 11",
    maxRatio: 1.5,
    than: "alerts, grouped by a label and the integration",
  },
  "names of labels": ({ db }) => listLabelNames(db, "all", { prefix: "", after: null }, LIMIT),
  "names of labels of a team": {
    run: (b) => listLabelNames(b.db, team(b), { prefix: "s", after: null }, LIMIT),
    bound: "1,000 alerts; the small team has 500",
    maxRatio: 1.5,
    than: "names of labels",
  },
  "values of a label": ({ db }) => listLabelValues(db, "all", "host", { prefix: "host 1", after: null }, LIMIT),
  "values of a label of five teams": (b) =>
    listLabelValues(b.db, b.ids.teams.slice(0, 5), "service", { prefix: "", after: null }, LIMIT),
  "people by name": ({ db }) => findActorsByName(db, [{ text: "user 3", isPrefix: false }]),
  "integrations by name": ({ db }) => findIntegrationIds(db, "all", [{ text: "Integration 7", isPrefix: true }]),
  "noisiest alert keys of a day": {
    run: (b) =>
      listTopAlertKeys(b.db, "all", { since: b.middle, until: new Date(b.middle.getTime() + 86_400_000) }, 10),
    bound: "the 2,740 alerts of the day; in the small table, 27",
    maxRatio: 1.5,
    than: "alerts, grouped by a label and the integration",
  },
  "alerts, counted": {
    run: ({ db }) => countAlerts(db, "all", {}),
    bound: "1,001 alerts for each of 20 pairs of status and severity; in the small table, they have 7,500 together",
    maxRatio: 4,
  },
  "alerts of a team, counted": {
    run: (b) => countAlerts(b.db, team(b), {}),
    bound: "1,001 alerts for each of 20 pairs of status and severity; the small team has 500 together",
    maxRatio: 1.5,
    than: "alerts, counted",
  },
  "alerts with a rare word, counted": ({ db }) => countAlerts(db, "all", only("text", "zanzibar")),
  "next start or end of a mute": ({ db }) => nextMutingChange(db),
  "timeline of an alert": ({ db, ids }) => listAlertTimeline(db, ids.alert, undefined, "oldest first", null, LIMIT),
  "stream, from the present": async ({ db }) => listTimeline(db, "all", {}, await latestCursor(db), 200),
  deliveries: ({ db }) => listDeliveries(db, "all", {}, null, LIMIT),
  "deliveries, from the middle": (b) => listDeliveries(b.db, "all", {}, middleOf(b), LIMIT),
  "deliveries, exported with their bodies from the middle": (b) =>
    exportDeliveries(b.db, "all", {}, middleOf(b), EXPORTED, true),
  "deliveries of a team": (b) => listDeliveries(b.db, team(b), {}, null, LIMIT),
  "deliveries of five teams": (b) => listDeliveries(b.db, b.ids.teams.slice(0, 5), {}, null, LIMIT),
  "deliveries of an integration": (b) =>
    listDeliveries(b.db, team(b), { integrationId: b.ids.integration }, null, LIMIT),
  "deliveries of an integration, rejected": {
    run: (b) => listDeliveries(b.db, "all", { integrationId: b.ids.integration, status: ["REJECTED"] }, null, LIMIT),
    bound: "51 deliveries; in the small table, the integration has 2",
    maxRatio: 1.5,
    than: "deliveries, rejected",
  },
  "deliveries, rejected": ({ db }) => listDeliveries(db, "all", { status: ["REJECTED"] }, null, LIMIT),
  "deliveries, rejected, of an hour": (b) =>
    listDeliveries(
      b.db,
      "all",
      { status: ["REJECTED"], since: b.middle, until: new Date(b.middle.getTime() + 3_600_000) },
      null,
      LIMIT,
    ),
  "deliveries of an alert": (b) => listDeliveries(b.db, team(b), { alertId: b.ids.alert }, null, LIMIT),
  "replays of a delivery": (b) => listDeliveries(b.db, "all", { replayOf: b.ids.replayed }, null, LIMIT),
  "deliveries with an idempotency key": ({ db }) =>
    listDeliveries(db, "all", onlyDeliveries("idempotencyKey", "request-4711"), null, LIMIT),
  "deliveries with the start of an idempotency key, of a team": {
    run: (b) => listDeliveries(b.db, team(b), onlyDeliveries("idempotencyKey", "request-47", true), null, LIMIT),
    bound: "the 2,168 deliveries whose key starts so; in the small table, 21",
    maxRatio: 1.5,
    than: "reasons of rejections and duplicates",
  },
  "deliveries with a rare content fingerprint": ({ db }) =>
    listDeliveries(db, "all", onlyDeliveries("contentFingerprint", fingerprintOf(4711)), null, LIMIT),
  "deliveries with a common content fingerprint": ({ db }) =>
    listDeliveries(db, "all", onlyDeliveries("contentFingerprint", fingerprintOf(0)), null, LIMIT),
  "deliveries with a common status code": ({ db }) => listDeliveries(db, "all", { statusCode: [202] }, null, LIMIT),
  "deliveries with a status code, of a team": {
    run: (b) => listDeliveries(b.db, team(b), { statusCode: [401] }, null, LIMIT),
    bound: "about 1,020 deliveries with the code, until 51 are of the team; in the small table, 244 have it",
    maxRatio: 2.5,
    than: "deliveries with a common status code",
  },
  "deliveries with any client error": ({ db }) =>
    listDeliveries(db, "all", { statusCode: Array.from({ length: 100 }, (_, at) => 400 + at) }, null, LIMIT),
  "deliveries with a common title": ({ db }) => listDeliveries(db, "all", onlyDeliveries("title", "disk"), null, LIMIT),
  "deliveries with a rare title": {
    run: ({ db }) => listDeliveries(db, "all", onlyDeliveries("title", "zanzibar"), null, LIMIT),
    bound: "the 40 deliveries of 20 alerts; in the small table, 2 of one",
    maxRatio: 1.5,
    than: "deliveries with a common title",
  },
  "deliveries with a common word": ({ db }) => listDeliveries(db, "all", onlyDeliveries("text", "disk"), null, LIMIT),
  "deliveries with a word that none has": ({ db }) =>
    listDeliveries(db, "all", onlyDeliveries("text", "quagmire"), null, LIMIT),
  "deliveries with a rare reason, rejected": {
    run: ({ db }) =>
      listDeliveries(db, "all", { ...onlyDeliveries("reason", "kangaroo"), status: ["REJECTED"] }, null, LIMIT),
    bound: "the 25 deliveries with the reason; in the small table, one",
    maxRatio: 1.5,
    than: "deliveries, rejected",
  },
  "duplicates with a common reason": ({ db }) =>
    listDeliveries(db, "all", { ...onlyDeliveries("reason", "same content"), status: ["DUPLICATE"] }, null, LIMIT),
  "deliveries of three integrations": (b) =>
    listDeliveries(b.db, team(b), { integrationIds: b.ids.integrations }, null, LIMIT),
  "deliveries, back from the middle": (b) => listDeliveries(b.db, "all", {}, middleOf(b), LIMIT, "oldest first"),
  "reasons of rejections and duplicates": ({ db }) =>
    groupByReason(db, "all", [{ status: ["REJECTED", "DUPLICATE"] }], LIMIT),
  "reasons of failures": {
    run: ({ db }) => groupByReason(db, "all", withReasons({}), LIMIT),
    bound: "2,001 rejected deliveries, and about 170 accepted ones with unreadable events; in the small table, 489",
    maxRatio: 1.5,
    than: "reasons of rejections and duplicates",
  },
  "reasons of accepted deliveries with unreadable events, of a team": {
    run: (b) => groupByReason(b.db, team(b), withReasons({ status: ["ACCEPTED"] }), LIMIT),
    bound: "the 200 deliveries with unreadable events, of all teams; in the small table, 2",
    maxRatio: 1.5,
    than: "reasons of rejections and duplicates",
  },
  "reasons of rejections of a team": {
    run: (b) => groupByReason(b.db, team(b), [{ status: ["REJECTED"] }], LIMIT),
    bound: "2,001 deliveries; the small team has 24",
    maxRatio: 1.5,
    than: "reasons of rejections and duplicates",
  },
  "deliveries to replay, oldest first": (b) =>
    oldestDeliveries(b.db, team(b), { integrationId: b.ids.integration, status: ["REJECTED"] }, null, LIMIT),
  "audit events": ({ db }) => listAuditEvents(db, "all", {}, null, LIMIT),
  "audit events of a team": (b) => listAuditEvents(b.db, team(b), {}, null, LIMIT),
  "audit events of an actor": (b) => listAuditEvents(b.db, "all", { actor: b.ids.actor }, null, LIMIT),
  "audit events of a target": (b) => listAuditEvents(b.db, team(b), { targetId: b.ids.integration }, null, LIMIT),
  integrations: ({ db }) => listIntegrations(db, "all", null, LIMIT),
  "integrations of a team": (b) => listIntegrations(b.db, team(b), null, LIMIT),
  "API keys of a team": (b) => listApiKeys(b.db, team(b), null, LIMIT),
};
