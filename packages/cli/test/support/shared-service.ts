/** The service that all e2e tests of the CLI share. Each test creates its own integrations. */
import { createIntegration, type Demo, flushed, send, type Service } from "../../../../test/support/service.ts";
import { sharedService } from "../../../../test/support/shared-service.ts";
import { type Options, tocsin } from "./run.ts";

// The helpers of the service call its API only.
export const service = (await sharedService()) as Service;

/** The environment of a signed-in user. */
export const env = { TOCSIN_URL: service.url, TOCSIN_KEY: service.rootApiKey };

export interface List<Item> {
  data: Item[];
  nextCursor: string | null;
}

export interface Id {
  id: string;
}

export const UNKNOWN_ID = "01900000-0000-7000-8000-000000000000";

/** Runs `tocsin` with `--json` as a signed-in user, and returns the parsed output. */
export async function json<Result>(args: readonly string[], options: Options = {}): Promise<Result> {
  const { exitCode, stdout, stderr } = await tocsin([...args, "--json"], { env, ...options });
  if (exitCode !== 0 || stderr !== "") throw new Error(`exit code ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as Result;
}

/** Creates an integration with open alerts, and returns the ids of alerts and deliveries, oldest first. */
export async function withAlerts(count: number): Promise<{ demo: Demo; alerts: string[]; deliveries: string[] }> {
  const demo = await createIntegration(service, { provider: "generic" });
  const replies = [];
  for (let at = 1; at <= count; at++) {
    replies.push(
      await send(demo, {
        id: `alert-${at}`,
        title: `Disk ${at} is full`,
        severity: at === 1 ? "critical" : "low",
        labels: { disk: String(at) },
      }),
    );
  }
  await flushed(service, demo);
  return {
    demo,
    alerts: replies.map(({ body }) => body.alerts[0]!.id),
    deliveries: replies.map(({ body }) => body.deliveryId),
  };
}
