import { z } from "@hono/zod-openapi";
import { noteText, snoozeEnd } from "../../api/alerts/schema.ts";
import type { AlertStatus } from "../../alerts/model.ts";
import type { TocsinClient } from "../../../packages/client/src/index.ts";
import { ADDS, dataOf, defineTool, ENDS, idOf, repeatHeaders, repeatInput } from "../tool.ts";

interface Change {
  id: string;
  status?: AlertStatus;
  note?: string;
  snoozedUntil?: string | null;
  idempotencyKey?: string;
}

async function update(api: TocsinClient, { id, idempotencyKey, ...body }: Change): Promise<object> {
  const request = { params: { path: { id } }, body, ...repeatHeaders(idempotencyKey) };
  return (await dataOf(api.PATCH("/v1/alerts/{id}", request))) ?? {};
}

const changeInput = z.strictObject({ ...idOf("alert"), note: noteText.optional(), ...repeatInput });

/** Makes the tool that sets a status. Setting the status that the alert has already changes nothing. */
const statusTool = (
  status: AlertStatus,
  texts: { name: string; title: string; description: string; annotations: typeof ADDS },
) =>
  defineTool({
    ...texts,
    scope: "alerts:write",
    input: changeInput,
    call: (api, given) => update(api, { ...given, status }),
  });

export const acknowledgeAlert = statusTool("ACKNOWLEDGED", {
  name: "acknowledge_alert",
  title: "Acknowledge alert",
  description: "Marks an alert as being worked on. The API key becomes `acknowledgedBy`.",
  annotations: ADDS,
});

export const resolveAlert = statusTool("RESOLVED", {
  name: "resolve_alert",
  title: "Resolve alert",
  description: "Marks the problem of an alert as over. A further trigger of its source opens a new alert.",
  annotations: ENDS,
});

export const closeAlert = statusTool("CLOSED", {
  name: "close_alert",
  title: "Close alert",
  description: "Closes an alert on which nobody needs to work any more, for example after its review.",
  annotations: ENDS,
});

export const reopenAlert = statusTool("OPEN", {
  name: "reopen_alert",
  title: "Reopen alert",
  description:
    "Makes an acknowledged, resolved or closed alert open again. Fails with 409 if a newer alert has the same alert key.",
  annotations: ADDS,
});

export const addNote = defineTool({
  name: "add_note",
  title: "Add note",
  description: "Adds a note to the timeline of an alert, and changes nothing else.",
  scope: "alerts:write",
  annotations: ADDS,
  input: z.strictObject({ ...idOf("alert"), note: noteText, ...repeatInput }),
  call: update,
});

export const snoozeAlert = defineTool({
  name: "snooze_alert",
  title: "Snooze alert",
  description:
    "Mutes one alert until a time: subscriptions are not notified of it until then. Null ends the snooze. To mute several alerts, or alerts to come, " +
    "use `create_silence`.",
  scope: "alerts:write",
  annotations: ENDS,
  input: z.strictObject({ ...idOf("alert"), snoozedUntil: snoozeEnd, note: noteText.optional(), ...repeatInput }),
  call: update,
});
