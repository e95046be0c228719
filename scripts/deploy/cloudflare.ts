/** What Cloudflare says of the account and of the Worker as it is deployed. It only reads. */
import type { Account, Live } from "./plan.ts";
import type { Wrangler, WranglerRun } from "./wrangler.ts";

/** Who is signed in, and in which accounts. */
export async function readAccount(wrangler: Wrangler): Promise<Account> {
  const run = await wrangler(["whoami", "--json"]);
  const reply = jsonOf(run) as { loggedIn?: boolean; accounts?: { id: string; name: string }[] } | null;
  if (!reply) return { kind: "unknown", detail: reasonOf(run) };
  if (reply.loggedIn !== true)
    return { kind: "unknown", detail: "wrangler knows no login and no CLOUDFLARE_API_TOKEN." };
  return { kind: "signed-in", accounts: (reply.accounts ?? []).map(({ id, name }) => `${name} (${id})`) };
}

/** The Worker's secrets, by name alone, and the variables of the version that has most of its requests. */
export async function readLive(wrangler: Wrangler): Promise<Live> {
  const [secrets, status] = await Promise.all([
    wrangler(["secret", "list"]),
    wrangler(["deployments", "status", "--json"]),
  ]);
  // Error codes of the Workers API for a Worker that there is not.
  if (secrets.code !== 0 && /Worker ".*" (?:\(env: .*\) )?not found|\b10007\b|\b10090\b/.test(secrets.output))
    return { kind: "absent" };
  const names = jsonOf(secrets) as { name: string }[] | null;
  if (!names) return { kind: "unknown", detail: reasonOf(secrets) };

  const deployment = jsonOf(status) as { versions: { version_id: string; percentage: number }[] } | null;
  if (!deployment) return { kind: "unknown", detail: reasonOf(status) };
  const [most] = deployment.versions.toSorted((a, b) => b.percentage - a.percentage);
  const view = most ? await wrangler(["versions", "view", most.version_id, "--json"]) : undefined;
  const version = view && (jsonOf(view) as { resources: { bindings: Binding[] } } | null);
  if (!version) return { kind: "unknown", detail: view ? reasonOf(view) : "no version is deployed." };
  const vars = version.resources.bindings.filter(({ type }) => type === "plain_text");
  return {
    kind: "there",
    secrets: names.map(({ name }) => name),
    vars: Object.fromEntries(vars.map(({ name, text }) => [name, text ?? ""])),
  };
}

interface Binding {
  type: string;
  name: string;
  text?: string;
}

/** What a command printed as JSON; null where it printed something else. */
function jsonOf({ stdout }: WranglerRun): unknown {
  try {
    return JSON.parse(stdout) as unknown;
  } catch {
    return null;
  }
}

/** The errors of a run's output in a line. */
function reasonOf({ output, code }: WranglerRun): string {
  const lines = output
    .split("\n")
    .map((line) => line.replace(/^✘ \[ERROR\]/, "").trim())
    .filter((line) => line !== "" && !line.startsWith("🪵") && !line.includes("open an issue"));
  return lines.slice(0, 3).join(" ") || `wrangler ended with exit code ${code}.`;
}
