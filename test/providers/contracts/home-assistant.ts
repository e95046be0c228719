import { homeAssistant } from "../../../src/providers/home-assistant.ts";
import type { Contract } from "../contract.ts";

const alertKey = "binary_sensor.cellar_water";

export const contract: Contract = {
  provider: homeAssistant,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Cellar water: Water in the cellar",
          description: "Water in the cellar",
          severity: "CRITICAL",
          source: "Cellar water",
        },
      ],
    },
    { kind: "resolve", patch: { state: "off", status: "ok" }, reads: [{ action: "resolve", alertKey }] },
    {
      kind: "odd",
      name: "no status: the state of the entity",
      patch: { state: "unavailable", status: null, message: "", severity: null },
      reads: [{ action: "trigger", alertKey, title: "Cellar water is unavailable", severity: "HIGH" }],
    },
    {
      kind: "odd",
      name: "no status, off",
      patch: { state: "off", status: null },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "placeholders",
      patch: { entity_id: "{{ trigger.entity_id }}" },
      reads: [{ action: "trigger", alertKey: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object by the template/ },
  ],
};
