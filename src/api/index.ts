import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../lib/app-env.ts";
import { registerAlerts } from "./alerts/index.ts";
import { authenticate } from "./auth.ts";
import { registerDeliveries } from "./deliveries/index.ts";
import { registerHealth } from "./health.ts";
import { registerIngestDocs } from "./ingest-docs.ts";
import { registerIntegrations } from "./integrations/index.ts";
import { registerProviders } from "./providers/index.ts";

/** Everything that people and programs call; the order is that of the OpenAPI document. */
export function registerApi(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "apiKey", { type: "http", scheme: "bearer" });
  app.use("/v1/*", authenticate);
  registerIngestDocs(app);
  registerAlerts(app);
  registerDeliveries(app);
  registerIntegrations(app);
  registerProviders(app);
  registerHealth(app);
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Tocsin",
      version: "0.1.0",
      description: "An edge alert inbox: what monitoring tools send, proven, deduplicated and kept.",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    security: [{ apiKey: [] }],
  });
}
