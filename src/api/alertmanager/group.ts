/** The groups of alerts: those of a receiver with the same group labels. Pure. */
import { OWN_LABELS } from "../../alerts/labels.ts";
import type { Labels } from "../../alerts/matchers.ts";
import type { Receiver } from "./receivers.ts";

/** The labels by which alerts are grouped, as in the `group_by` of Alertmanager's route. An alert may lack the first. */
export const GROUP_BY = ["alertname", OWN_LABELS.integration] as const;

export interface Group<Member> {
  labels: Record<string, string>;
  receiver: Receiver;
  members: Member[];
}

/** Collects alerts into groups. */
export class Groups<Member> {
  readonly #groups = new Map<string, Group<Member>>();

  add(labels: Labels, receiver: Receiver, member: Member): void {
    const pairs = GROUP_BY.flatMap((name) => {
      const value = labels[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const key = JSON.stringify([receiver.labels.tocsin_team, pairs]);
    const group = this.#groups.get(key) ?? { labels: Object.fromEntries(pairs), receiver, members: [] };
    this.#groups.set(key, group);
    group.members.push(member);
  }

  /** Returns the groups in Alertmanager's order: those with fewer labels first, then by their labels, then by receiver. */
  sorted(): Group<Member>[] {
    return [...this.#groups.values()].toSorted((one, other) => compare(keyOf(one), keyOf(other)));
  }
}

const keyOf = ({ labels, receiver }: Group<unknown>): string[] => [
  String(Object.keys(labels).length),
  ...GROUP_BY.map((name) => labels[name] ?? ""),
  receiver.name,
];

function compare(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((text, index) => text !== other[index]);
  if (at === -1) return 0;
  return (one[at] ?? "") < (other[at] ?? "") ? -1 : 1;
}
