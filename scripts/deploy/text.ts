/** What a deployment says to its operator. */
import type { Complaint } from "../worker-config.ts";
import type { Facts, Plan } from "./plan.ts";

/** Everything that is missing, and what to do about each. */
export const complaintsText = (complaints: readonly Complaint[]): string =>
  [
    `${complaints.length === 1 ? "One thing is" : `${complaints.length} things are`} missing; nothing was changed.`,
    ...complaints.map(({ problem, remedy }) => `- ${problem}\n  ${remedy}`),
  ].join("\n");

/** What a dry run tells; what an upload would weigh is in wrangler's words. */
export function planText({ migrations, secrets }: Plan, { worker, live, database }: Facts, uploadSize: string): string {
  const place = database.kind === "reached" ? database.place : "";
  const puts = [...secrets.fromEnvironment, ...secrets.made.map((name) => `${name} (made)`)];
  return [
    "A deployment would:",
    migrations.length > 0
      ? `- apply to ${place}: ${migrations.join(", ")}`
      : `- apply nothing to ${place}: every migration is there`,
    puts.length > 0
      ? `- give ${worker} the secrets ${puts.join(", ")}`
      : `- leave the secrets of ${worker} as they are`,
    `- ${live.kind === "there" ? "replace the present version of" : "make"} the Worker ${worker}: ${uploadSize}`,
    "Nothing was changed.",
  ].join("\n");
}

/** What to do once it answers. */
export const nextText = (url: string | undefined, { live }: Facts): string =>
  live.kind === "there"
    ? "Done."
    : `Next: open ${url}/welcome, and make yourself the first admin with the root key. Then connect a source.`;
