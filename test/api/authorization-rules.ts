/** The authorization matrix: for every operation, a request and the status that each caller must get. */
import type { Scope } from "../../src/lib/principal.ts";
import { createIntegration } from "../support/worker.ts";
import {
  type Caller,
  idleSilence,
  idleSubscription,
  newAlert,
  newApiKey,
  newDeadLetter,
  newMember,
  newQuarantinedRow,
  newSilence,
  newSession,
  newSubscription,
  world,
} from "./authorization-fixtures.ts";

export interface TestRequest {
  path: string;
  body?: unknown;
}

interface Rule {
  /**
   * Makes the request. Callers without access use the shared item. `isAllowed` is for requests that use their item up,
   * which need a new item for each caller with access.
   */
  request: (isAllowed: boolean) => TestRequest | Promise<TestRequest>;
  status: (caller: Caller) => number;
  /** Left out for keys for one integration: the request needs an integration that no other request uses. */
  needsNewIntegration?: true;
  /** Whether the response to a caller may contain items of team A. Left out: it is not checked. */
  seesA?: (caller: Caller) => boolean;
}

const has = (caller: Caller, scope: Scope) => caller.platform.has(scope) || caller.a.has(scope);
export const hasAnywhere = (caller: Caller, scope: Scope) => has(caller, scope) || caller.b.has(scope);
const seesTeamA = ({ a, platform, isLimited }: Caller) => !isLimited && a.size + platform.size > 0;

/** An item of team A. Callers with read access get 403, callers without it 404: they must not learn that it exists. */
const teamItem = (scope: Scope, readScope: Scope, success: number, request: Rule["request"]): Rule => ({
  request,
  status: (caller) => {
    if (has(caller, scope)) return success;
    if (!hasAnywhere(caller, scope)) return 403;
    return has(caller, readScope) ? 403 : 404;
  },
});

/** An item of team A that belongs to no integration: unknown to keys for one. */
function itemBeyondIntegrations(scope: Scope, readScope: Scope, success: number, request: Rule["request"]): Rule {
  const { status, ...rule } = teamItem(scope, readScope, success, request);
  return {
    ...rule,
    status: (caller) => (caller.isLimited && hasAnywhere(caller, scope) ? 404 : status(caller)),
  };
}

const list = (scope: Scope, path: string, body?: unknown): Rule => ({
  request: () => ({ path, body }),
  status: (caller) => (hasAnywhere(caller, scope) ? 200 : 403),
  seesA: (caller) => has(caller, scope),
});

const createdInTeam = (scope: Scope, request: Rule["request"]): Rule => ({
  request,
  status: (caller) => {
    if (!hasAnywhere(caller, scope)) return 403;
    return has(caller, scope) && !caller.isLimited ? 201 : 400;
  },
});

const platformWide = (scope: Scope, success: number, request: Rule["request"]): Rule => ({
  request,
  status: (caller) => (caller.platform.has(scope) ? success : 403),
});

/** For every authenticated caller. */
const anyCaller = (request: Rule["request"], seesA: Rule["seesA"]): Rule => ({
  request,
  status: () => 200,
  ...(seesA && { seesA }),
});

/** For every caller with a scope in team A. */
const visibleTeam = (request: Rule["request"]): Rule => ({
  request,
  status: (caller) => (seesTeamA(caller) ? 200 : 404),
});

/** For the admins of team A. */
const administeredTeam = (success: number, request: Rule["request"]): Rule => ({
  request,
  status: (caller) => {
    if (has(caller, "admin")) return success;
    if (!hasAnywhere(caller, "admin")) return 403;
    return seesTeamA(caller) ? 403 : 404;
  },
});

/** A member of team A. Only the member and platform admins can edit it; team A's admins can see it. */
const member = (success: number, request: Rule["request"], forTeamAdmins = 403): Rule => ({
  request,
  status: (caller) => {
    if (caller.platform.has("admin")) return success;
    return has(caller, "admin") ? forTeamAdmins : 404;
  },
});

/** Every operation that authenticates its caller. */
export const RULES: Record<string, Rule> = {
  "GET /v1/alerts": list("alerts:read", "/v1/alerts"),
  "GET /v1/alerts/counts": {
    request: () => ({ path: `/v1/alerts/counts?integrationId=${world.a.integration.id}` }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/alerts/histogram": {
    request: () => ({ path: `/v1/alerts/histogram?integrationId=${world.a.integration.id}` }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/alerts/groups": list("alerts:read", "/v1/alerts/groups?by=integrationId,label.service"),
  "GET /v1/labels": {
    request: () => ({ path: `/v1/labels?integrationId=${world.a.integration.id}` }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/labels/{name}/values": {
    request: () => ({ path: `/v1/labels/service/values?integrationId=${world.a.integration.id}` }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/alerts/export": list("alerts:read", "/v1/alerts/export"),
  "POST /v1/alerts/bulk": list("alerts:write", "/v1/alerts/bulk", {
    filter: { query: "key:no-alert-has-this" },
    status: "ACKNOWLEDGED",
  }),
  "GET /v1/alerts/{id}": teamItem("alerts:read", "alerts:read", 200, () => ({ path: `/v1/alerts/${world.a.alertId}` })),
  "PATCH /v1/alerts/{id}": teamItem("alerts:write", "alerts:read", 200, async (isAllowed) => ({
    path: `/v1/alerts/${isAllowed ? await newAlert(world.a.integration) : world.a.alertId}`,
    body: { status: "RESOLVED" },
  })),
  "GET /v1/alerts/{id}/timeline": teamItem("alerts:read", "alerts:read", 200, () => ({
    path: `/v1/alerts/${world.a.alertId}/timeline`,
  })),
  "POST /v1/silences": createdInTeam("alerts:write", () => ({
    path: "/v1/silences",
    body: { ...idleSilence(), teamId: world.teamA },
  })),
  "GET /v1/silences": list("alerts:read", "/v1/silences"),
  "POST /v1/silences/preview": {
    request: () => ({ path: "/v1/silences/preview", body: { matchers: idleSilence().matchers } }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/silences/counts": {
    request: () => ({ path: "/v1/silences/counts" }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/silences/{id}": itemBeyondIntegrations("alerts:read", "alerts:read", 200, () => ({
    path: `/v1/silences/${world.silenceId}`,
  })),
  "PATCH /v1/silences/{id}": itemBeyondIntegrations("alerts:write", "alerts:read", 200, () => ({
    path: `/v1/silences/${world.silenceId}`,
    body: { comment: "y" },
  })),
  "DELETE /v1/silences/{id}": itemBeyondIntegrations("alerts:write", "alerts:read", 204, async (isAllowed) => ({
    path: `/v1/silences/${isAllowed ? await newSilence() : world.silenceId}`,
  })),
  "GET /api/v2/status": list("alerts:read", "/api/v2/status"),
  "GET /api/v2/alerts": list("alerts:read", "/api/v2/alerts"),
  "GET /api/v2/alerts/groups": list("alerts:read", "/api/v2/alerts/groups"),
  "GET /api/v2/receivers": list("alerts:read", "/api/v2/receivers"),
  "GET /api/v2/silences": list("alerts:read", "/api/v2/silences"),
  "POST /api/v2/silences": {
    ...list("alerts:write", "/api/v2/silences", {
      matchers: [{ name: "alertname", value: "Unknown", isRegex: false }],
      startsAt: "2026-01-01T00:00:00Z",
      endsAt: "2099-01-01T00:00:00Z",
      createdBy: "",
      comment: "",
    }),
    status: (caller) => (hasAnywhere(caller, "alerts:write") && !caller.isLimited ? 200 : 403),
  },
  "GET /api/v2/silence/{silenceID}": itemBeyondIntegrations("alerts:read", "alerts:read", 200, () => ({
    path: `/api/v2/silence/${world.silenceId}`,
  })),
  "DELETE /api/v2/silence/{silenceID}": itemBeyondIntegrations(
    "alerts:write",
    "alerts:read",
    200,
    async (isAllowed) => ({
      path: `/api/v2/silence/${isAllowed ? await newSilence() : world.silenceId}`,
    }),
  ),
  "GET /metrics": platformWide("deliveries:read", 200, () => ({ path: "/metrics" })),
  "GET /v1/deliveries": list("deliveries:read", "/v1/deliveries"),
  "GET /v1/deliveries/reasons": {
    request: () => ({ path: `/v1/deliveries/reasons?integrationId=${world.a.integration.id}&status=ACCEPTED` }),
    status: (caller) => (hasAnywhere(caller, "deliveries:read") ? 200 : 403),
  },
  "GET /v1/deliveries/export": {
    ...list("deliveries:read", "/v1/deliveries/export"),
    // Without a filter, each caller would read all bodies of all tests.
    request: () => ({ path: `/v1/deliveries/export?includePayload=true&integrationId=${world.a.integration.id}` }),
  },
  "GET /v1/deliveries/{id}": teamItem("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/deliveries/${world.a.deliveryId}`,
  })),
  "GET /v1/deliveries/{id}/payload": teamItem("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/deliveries/${world.a.deliveryId}/payload`,
  })),
  "POST /v1/deliveries/{id}/replay": teamItem("deliveries:replay", "deliveries:read", 202, () => ({
    path: `/v1/deliveries/${world.a.deliveryId}/replay`,
    body: {},
  })),
  "POST /v1/deliveries/replay": {
    request: () => ({
      path: "/v1/deliveries/replay",
      body: { filter: { integrationId: world.a.integration.id, status: ["ACCEPTED"] } },
    }),
    status: (caller) => (hasAnywhere(caller, "deliveries:replay") ? 200 : 403),
    seesA: (caller) => has(caller, "deliveries:replay"),
  },
  "POST /v1/deliveries/replay/preview": {
    request: () => ({
      path: "/v1/deliveries/replay/preview",
      body: { filter: { integrationId: world.a.integration.id, status: ["ACCEPTED"] } },
    }),
    status: (caller) => (hasAnywhere(caller, "deliveries:read") ? 200 : 403),
    seesA: (caller) => has(caller, "deliveries:read"),
  },
  "POST /v1/integrations": createdInTeam("integrations:write", () => ({
    path: "/v1/integrations",
    body: { name: "x", provider: "generic", teamId: world.teamA },
  })),
  "GET /v1/integrations": list("integrations:read", "/v1/integrations"),
  "GET /v1/integrations/names": list("integrations:read", "/v1/integrations/names"),
  "POST /v1/integrations/sync": platformWide("integrations:write", 200, () => ({ path: "/v1/integrations/sync" })),
  "POST /v1/integrations/re-encrypt": platformWide("admin", 200, () => ({
    path: "/v1/integrations/re-encrypt",
    body: {},
  })),
  "GET /v1/integrations/{id}": teamItem("integrations:read", "integrations:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}`,
  })),
  "PATCH /v1/integrations/{id}": teamItem("integrations:write", "integrations:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}`,
    body: { name: "renamed" },
  })),
  "DELETE /v1/integrations/{id}": {
    ...teamItem("integrations:write", "integrations:read", 204, async (isAllowed) => ({
      path: `/v1/integrations/${(isAllowed ? await createIntegration({ teamId: world.teamA }) : world.a.integration).id}`,
    })),
    needsNewIntegration: true,
  },
  "POST /v1/integrations/{id}/rotate-secret": {
    ...teamItem("integrations:write", "integrations:read", 200, async (isAllowed) => ({
      path: `/v1/integrations/${(isAllowed ? await createIntegration({ teamId: world.teamA }) : world.a.integration).id}/rotate-secret`,
      body: {},
    })),
    needsNewIntegration: true,
  },
  "POST /v1/integrations/{id}/test": teamItem("integrations:write", "integrations:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}/test`,
  })),
  "POST /v1/integrations/{id}/dry-run": teamItem("integrations:read", "integrations:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}/dry-run`,
    body: { body: "{}" },
  })),
  "GET /v1/integrations/{id}/quarantine": teamItem("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}/quarantine`,
  })),
  "GET /v1/integrations/{id}/quarantine/{row}": teamItem("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/integrations/${world.a.integration.id}/quarantine/${world.quarantinedRow}`,
  })),
  "POST /v1/integrations/{id}/quarantine/retry": teamItem(
    "deliveries:replay",
    "deliveries:read",
    200,
    async (isAllowed) => ({
      path: `/v1/integrations/${world.a.integration.id}/quarantine/retry`,
      body: { row: isAllowed ? await newQuarantinedRow() : world.quarantinedRow },
    }),
  ),
  "DELETE /v1/integrations/{id}/quarantine/{row}": teamItem(
    "integrations:write",
    "integrations:read",
    204,
    async (isAllowed) => ({
      path: `/v1/integrations/${world.a.integration.id}/quarantine/${isAllowed ? await newQuarantinedRow() : world.quarantinedRow}`,
    }),
  ),
  "POST /v1/subscriptions": createdInTeam("subscriptions:write", () => ({
    path: "/v1/subscriptions",
    body: { ...idleSubscription(), teamId: world.teamA },
  })),
  "GET /v1/subscriptions": list("subscriptions:read", "/v1/subscriptions"),
  "GET /v1/subscriptions/{id}": teamItem("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}`,
  })),
  "PATCH /v1/subscriptions/{id}": teamItem("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}`,
    body: { name: "renamed" },
  })),
  "DELETE /v1/subscriptions/{id}": teamItem("subscriptions:write", "subscriptions:read", 204, async (isAllowed) => ({
    path: `/v1/subscriptions/${isAllowed ? await newSubscription() : world.subscriptionId}`,
  })),
  "POST /v1/subscriptions/{id}/rotate-secret": teamItem("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/rotate-secret`,
    body: {},
  })),
  "POST /v1/subscriptions/{id}/test": teamItem("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/test`,
  })),
  "POST /v1/subscriptions/{id}/dry-run": teamItem("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/dry-run`,
    body: {},
  })),
  "GET /v1/subscriptions/{id}/attempts": teamItem("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/attempts`,
  })),
  "GET /v1/subscriptions/{id}/attempts/{attemptId}": teamItem("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/attempts/${world.attemptId}`,
  })),
  "GET /v1/subscriptions/{id}/dead-letters": teamItem("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${world.subscriptionId}/dead-letters`,
  })),
  "POST /v1/subscriptions/{id}/dead-letters/resend": teamItem(
    "subscriptions:write",
    "subscriptions:read",
    200,
    async (isAllowed) => ({
      path: `/v1/subscriptions/${world.subscriptionId}/dead-letters/resend`,
      body: { messageId: isAllowed ? await newDeadLetter() : world.deadLetterId },
    }),
  ),
  "GET /v1/subscriptions/{id}/dead-letters/{messageId}": teamItem(
    "subscriptions:read",
    "subscriptions:read",
    200,
    () => ({ path: `/v1/subscriptions/${world.subscriptionId}/dead-letters/${world.deadLetterId}` }),
  ),
  "DELETE /v1/subscriptions/{id}/dead-letters/{messageId}": teamItem(
    "subscriptions:write",
    "subscriptions:read",
    204,
    async (isAllowed) => ({
      path: `/v1/subscriptions/${world.subscriptionId}/dead-letters/${isAllowed ? await newDeadLetter() : world.deadLetterId}`,
    }),
  ),
  "GET /v1/stats": list("deliveries:read", "/v1/stats"),
  "GET /v1/timeline": list("alerts:read", "/v1/timeline"),
  "GET /v1/providers": {
    request: () => ({ path: "/v1/providers" }),
    status: (caller) => (hasAnywhere(caller, "integrations:read") ? 200 : 403),
  },
  "POST /v1/api-keys": createdInTeam("admin", () => ({
    path: "/v1/api-keys",
    body: { name: "x", teamId: world.teamA, scopes: ["alerts:read"] },
  })),
  "GET /v1/api-keys": list("admin", "/v1/api-keys"),
  "GET /v1/api-keys/{id}": teamItem("admin", "admin", 200, () => ({ path: `/v1/api-keys/${world.a.keyId}` })),
  "PATCH /v1/api-keys/{id}": teamItem("admin", "admin", 200, () => ({
    path: `/v1/api-keys/${world.a.keyId}`,
    body: { name: "renamed" },
  })),
  "POST /v1/api-keys/{id}/rotate": teamItem("admin", "admin", 200, () => ({
    path: `/v1/api-keys/${world.a.keyId}/rotate`,
    body: { overlapMinutes: 0 },
  })),
  "DELETE /v1/api-keys/{id}": teamItem("admin", "admin", 204, async (isAllowed) => ({
    path: `/v1/api-keys/${isAllowed ? await newApiKey(world.teamA) : world.a.keyId}`,
  })),
  "GET /v1/audit-events": list("admin", "/v1/audit-events"),
  "GET /v1/teams": anyCaller(() => ({ path: "/v1/teams" }), seesTeamA),
  "POST /v1/teams": platformWide("admin", 201, () => ({ path: "/v1/teams", body: { name: "x" } })),
  "GET /v1/teams/{id}": visibleTeam(() => ({ path: `/v1/teams/${world.teamA}` })),
  "PATCH /v1/teams/{id}": administeredTeam(200, () => ({ path: `/v1/teams/${world.teamA}`, body: { name: "A" } })),
  // Team A has integrations.
  "DELETE /v1/teams/{id}": administeredTeam(409, () => ({ path: `/v1/teams/${world.teamA}` })),
  "GET /v1/teams/{id}/members": visibleTeam(() => ({ path: `/v1/teams/${world.teamA}/members` })),
  "POST /v1/teams/{id}/members": administeredTeam(201, () => ({
    path: `/v1/teams/${world.teamA}/members`,
    body: { email: `${crypto.randomUUID()}@x.test`, role: "OBSERVER" },
  })),
  "PUT /v1/teams/{id}/members/{userId}": administeredTeam(200, () => ({
    path: `/v1/teams/${world.teamA}/members/${world.memberId}`,
    body: { role: "OBSERVER" },
  })),
  "DELETE /v1/teams/{id}/members/{userId}": administeredTeam(204, async (isAllowed) => ({
    path: `/v1/teams/${world.teamA}/members/${isAllowed ? await newMember() : world.memberId}`,
  })),
  "GET /v1/users": list("admin", "/v1/users"),
  "POST /v1/users": platformWide("admin", 201, () => ({
    path: "/v1/users",
    body: { email: `${crypto.randomUUID()}@x.test`, name: "x" },
  })),
  "GET /v1/users/{id}": member(200, () => ({ path: `/v1/users/${world.memberId}` }), 200),
  "PATCH /v1/users/{id}": member(200, () => ({ path: `/v1/users/${world.memberId}`, body: { name: "x" } })),
  "DELETE /v1/users/{id}": platformWide("admin", 204, async (isAllowed) => ({
    path: `/v1/users/${isAllowed ? await newMember() : world.memberId}`,
  })),
  "POST /v1/users/{id}/password-token": platformWide("admin", 201, () => ({
    path: `/v1/users/${world.memberId}/password-token`,
  })),
  "GET /v1/users/{id}/sessions": member(200, () => ({ path: `/v1/users/${world.memberId}/sessions` })),
  "DELETE /v1/users/{id}/sessions": member(204, async (isAllowed) => ({
    path: `/v1/users/${isAllowed ? await newMember() : world.memberId}/sessions`,
  })),
  "DELETE /v1/users/{id}/sessions/{sessionId}": member(204, async (isAllowed) => {
    const { userId, sessionId } = isAllowed ? await newSession() : world.session;
    return { path: `/v1/users/${userId}/sessions/${sessionId}` };
  }),
  "GET /v1/session": anyCaller(
    () => ({ path: "/v1/session" }),
    ({ a, platform }) => a.size + platform.size > 0,
  ),
};
