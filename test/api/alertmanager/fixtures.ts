/** A team with its API key, for tests of the Alertmanager API: its lists contain the alerts and silences of this team only. */
import type { GettableAlert } from "../../../src/api/alertmanager/alert.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  deliverWithToken,
  flushed,
  type TestIntegration,
} from "../../support/worker.ts";

export type { GettableAlert };

export interface Team {
  id: string;
  name: string;
  key: string;
}

export async function newTeam(name: string, scopes = ["alerts:write"]): Promise<Team> {
  const team = await api<{ id: string }>("POST", "/v1/teams", { name });
  const { id } = team.body;
  const { body } = await api<{ key: string }>("POST", "/v1/api-keys", { name: `key of ${name}`, teamId: id, scopes });
  return { id, name, key: body.key };
}

/** Calls the Alertmanager API with the key of a team. */
export const am = <Body>(team: Pick<Team, "key">, method: string, path: string, body?: unknown) =>
  call<Body>(method, `/api/v2${path}`, {
    headers: {
      authorization: `Bearer ${team.key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

export const matcher = (name: string, value: string, isRegex = false, isEqual = true) => ({
  name,
  value,
  isRegex,
  isEqual,
});

/** The query of a list with these `filter` parameters. */
export const filters = (...texts: string[]): string =>
  new URLSearchParams(texts.map((text) => ["filter", text])).toString();

export const newIntegration = (team: Team, provider: string): Promise<TestIntegration> =>
  createIntegration({ teamId: team.id, provider });

/** Sends alerts as Alertmanager's webhook, and waits until they are in Postgres. */
export async function fire(
  integration: TestIntegration,
  alerts: { labels: Record<string, string>; annotations?: Record<string, string>; status?: string }[],
): Promise<void> {
  const { status } = await deliverWithToken(integration, {
    status: "firing",
    alerts: alerts.map((alert) => ({ status: "firing", annotations: {}, ...alert })),
  });
  if (status >= 300) throw new Error(`deliver: ${status}`);
  await flushed(integration);
}

/** Sends an alert of the provider `generic`, and waits until it is in Postgres. */
export async function send(integration: TestIntegration, body: unknown): Promise<void> {
  const { status } = await deliver(integration, body);
  if (status >= 300) throw new Error(`deliver: ${status}`);
  await flushed(integration);
}
