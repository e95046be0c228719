/** `/subscriptions`: registers the pages of the section. */
import type { Console } from "../context.ts";
import { registerAttempts } from "./subscriptions/attempts.tsx";
import { registerDeadLetters } from "./subscriptions/dead-letters.tsx";
import { registerSubscription } from "./subscriptions/detail.tsx";
import { registerSubscriptionList } from "./subscriptions/list.tsx";
import { registerNewSubscription } from "./subscriptions/new.tsx";
import { registerTransformation } from "./subscriptions/transformation.tsx";

export function registerSubscriptions(pages: Console): void {
  registerSubscriptionList(pages);
  registerNewSubscription(pages);
  registerSubscription(pages);
  registerTransformation(pages);
  registerAttempts(pages);
  registerDeadLetters(pages);
}
