/** Named schemas of the OpenAPI document. Generators of clients make one type of each, instead of one of each occurrence. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { ACTIONS, DELIVERY_STATUSES, ENTRY_TYPES, OUTCOMES, SEVERITIES, STATUSES } from "../alerts/model.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { LOCATION_HINTS, LOCATIONS } from "../lib/locations.ts";
import { ROLES, SCOPES } from "../lib/principal.ts";
import { emailRuleSchema } from "../providers/email-rules.ts";
import { mappingSchema } from "../providers/mapping.ts";
import { verificationSettings } from "../verification/settings.ts";

export const severity = z.enum(SEVERITIES).openapi("Severity", { description: "How bad the problem is" });
export const alertStatus = z.enum(STATUSES).openapi("AlertStatus", {
  description:
    "`OPEN`: nobody works on it. `ACKNOWLEDGED`: somebody does. `RESOLVED`: the problem is over. `CLOSED`: no further work",
});
export const entryType = z.enum(ENTRY_TYPES).openapi("TimelineEntryType", {
  description:
    "What changed. `REPEATED`: another event of an unresolved alert. `NOTED`: a comment. `STALE`: an event older than the state of the alert, which changed nothing",
});
export const deliveryStatus = z.enum(DELIVERY_STATUSES).openapi("DeliveryStatus", {
  description: "The decision on a delivery. `DUPLICATE`: it repeats an accepted one and changes nothing",
});
export const eventAction = z
  .enum(ACTIONS)
  .openapi("EventAction", { description: "What a source says about a problem" });
export const eventOutcome = z.enum(OUTCOMES).openapi("EventOutcome", {
  description:
    "What an event did to its alert. `alive`: nothing, it is a heartbeat. `stale` and `ignored`: nothing. `duplicate`: nothing, its delivery is a duplicate",
});
export const role = z.enum(ROLES).openapi("Role", {
  description:
    "`ADMIN`: every scope in the team. `RESPONDER`: reads, changes the status of alerts, replays deliveries. `OBSERVER`: reads",
});
export const location = z.enum(LOCATION_HINTS).openapi("Location", {
  description: `Where Durable Objects are created: ${Object.entries(LOCATIONS)
    .map(([hint, name]) => `\`${hint}\` ${name}`)
    .join(", ")}`,
});
export const scope = z.enum(SCOPES).openapi("Scope", {
  description: "What a caller may do. A `write` scope includes its `read` scope; `admin` includes all scopes",
});

/** Makes a schema nullable beside its component: `.nullable()` would make the component itself nullable, and a union would lose its name. */
export const nullable = <T extends z.ZodType>(schema: T) => z.union([z.lazy(() => schema), z.null()]);

/** Runs a refinement only if the fields are valid: an unknown field has an error of its own. */
export const ifValid = { when: ({ issues }) => issues.length === 0 } satisfies { when: z.core.$ZodCheckDef["when"] };

/** A refinement with its error. */
export type Refinement<T> = [(value: T) => boolean, { error: string; when: z.core.$ZodCheckDef["when"] }];

/** The refinement of every schema of a PATCH: an empty one would only raise the version. */
export const somethingToChange: Refinement<object> = [
  (update) => Object.keys(update).length > 0,
  { error: "nothing to change", ...ifValid },
];

/** Registers the components before their first use, whose description would become their own. */
export function registerComponents({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  openAPIRegistry.register("Severity", severity);
  openAPIRegistry.register("AlertStatus", alertStatus);
  openAPIRegistry.register("TimelineEntryType", entryType);
  openAPIRegistry.register("DeliveryStatus", deliveryStatus);
  openAPIRegistry.register("EventAction", eventAction);
  openAPIRegistry.register("EventOutcome", eventOutcome);
  openAPIRegistry.register("Role", role);
  openAPIRegistry.register("Location", location);
  openAPIRegistry.register("Scope", scope);
  // Made before zod had `openapi`, if their modules were imported first; a clone has it.
  openAPIRegistry.register("FieldMapping", mappingSchema.clone());
  openAPIRegistry.register("EmailRule", emailRuleSchema.clone());
  openAPIRegistry.register("Verification", verificationSettings.clone());
}
