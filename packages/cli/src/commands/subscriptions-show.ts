import { Command } from "commander";
import type { Schemas } from "../../../client/src/index.ts";
import { dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { EXIT } from "../errors.ts";
import { type Fact, printFacts } from "../facts.ts";
import { parseId } from "../ids.ts";
import { isWorking, stateText } from "../subscription-state.ts";

export const subscriptionsShow = () =>
  addExamples(
    new Command("show")
      .summary("Show a subscription.")
      .description("Show a subscription with the state of its endpoint and messages.")
      .argument("<id>", "id of the subscription", parseId)
      .action(
        action(async ({ output, service }: Context, _options: object, id: string) => {
          const subscription = await dataOf(
            service().client.GET("/v1/subscriptions/{id}", { params: { path: { id } } }),
          );
          if (output.isJson) output.json(subscription);
          else printFacts(output, factsOf(subscription));
          return EXIT.done;
        }),
      ),
    'tocsin subscriptions show "$SUBSCRIPTION"',
  );

function factsOf(subscription: Schemas["SubscriptionDetail"]): Fact[] {
  const { state, filter, headers } = subscription;
  return [
    ["Subscription", subscription.id],
    ["Name", subscription.name],
    ["External name", subscription.externalName],
    ["Team", subscription.teamId ?? "all teams"],
    ["URL", subscription.url],
    ["Preset", subscription.preset],
    ["Filter", Object.keys(filter).length > 0 ? JSON.stringify(filter) : null],
    ["Headers", Object.keys(headers).length > 0 ? Object.keys(headers).join(", ") : null],
    ["Expression", subscription.expression],
    ["State", stateText(subscription), isWorking(subscription) ? "green" : "red"],
    ["Pending", `${state.pendingMessages} messages`],
    ["Dead letters", String(state.deadLetters)],
    ["Held", `${state.heldAlerts} muted alerts`],
    ["Delivered", state.lastDeliveredAt],
    ["Last error", state.lastError],
    ["Last test error", state.lastTestError],
    ["Next attempt", state.nextAttemptAt],
  ];
}
