import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { toIso } from "../../lib/time.ts";
import { VERSION } from "../../lib/version.ts";
import { instant } from "../pagination.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { RESOLVE_TIMEOUT_MS } from "./alert.ts";
import { textProblems } from "./errors.ts";
import { GROUP_BY } from "./group.ts";
import { readReceivers, type Receivers } from "./receivers.ts";

/** The version of Alertmanager whose API these routes speak. `amtool` compares it with its own. */
const ALERTMANAGER_VERSION = "0.34.0";

const statusSchema = z
  .object({
    cluster: z.object({
      status: z.literal("disabled"),
      peers: z.array(z.object({ name: z.string(), address: z.string() })),
    }),
    versionInfo: z.object({
      version: z.string().openapi({ description: "The version of Alertmanager whose API this is" }),
      revision: z.string().openapi({ description: "The version of Tocsin" }),
      branch: z.string(),
      buildUser: z.string(),
      buildDate: z.string(),
      goVersion: z.string(),
    }),
    config: z.object({
      original: z.string().openapi({ description: "The receivers and the group labels, as a configuration file" }),
    }),
    uptime: instant.openapi({ description: "When this version was deployed; elsewhere, when the process started" }),
  })
  .openapi("AlertmanagerStatus");

const route = createRoute({
  method: "get",
  path: "/api/v2/status",
  operationId: "alertmanagerGetStatus",
  tags: ["alertmanager"],
  summary: "Get Alertmanager Status",
  description: "Describes this deployment as an Alertmanager without a cluster.",
  ...requireScope("alerts:read"),
  responses: {
    200: { description: "The status", content: { "application/json": { schema: statusSchema } } },
    ...textProblems,
  },
});

/** When this isolate answered first. The clock stands still while modules load. */
let startedAt: string | undefined;

export function registerGetStatus(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    startedAt ??= toIso(Date.now());
    const deployedAt = (c.env as Partial<Pick<Env, "VERSION">>).VERSION?.timestamp;
    const receivers = await readReceivers(database(c), c.get("visibleTeams"));
    return c.json(
      {
        cluster: { status: "disabled" as const, peers: [] },
        versionInfo: {
          version: ALERTMANAGER_VERSION,
          revision: VERSION,
          branch: "tocsin",
          buildUser: "",
          buildDate: "",
          goVersion: "",
        },
        config: { original: configFile(receivers) },
        uptime: deployedAt ? new Date(deployedAt).toISOString() : startedAt,
      },
      200,
    );
  });
}

/** The configuration of an Alertmanager with these receivers, in YAML, for which JSON values are valid. */
function configFile({ all }: Receivers): string {
  const names = [...new Set(all.map(({ name }) => name))];
  return [
    "# Tocsin sends an alert to the team of its integration.",
    "global:",
    `  resolve_timeout: ${RESOLVE_TIMEOUT_MS / 60_000}m`,
    "route:",
    `  receiver: ${JSON.stringify(names[0])}`,
    `  group_by: ${JSON.stringify(GROUP_BY)}`,
    "receivers:",
    ...names.map((name) => `  - name: ${JSON.stringify(name)}`),
    "",
  ].join("\n");
}
