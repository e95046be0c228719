/** `npm run environments:check`: every environment of wrangler.toml has what the top has, and can be built. */
import { wranglerFor } from "./deploy/wrangler.ts";
import { Failure, run } from "./run.ts";
import {
  clashes,
  configComplaints,
  environmentsOf,
  lackingIn,
  readWorkerConfig,
  WRANGLER_TOML,
} from "./worker-config.ts";

await run(async () => {
  const top = readWorkerConfig(WRANGLER_TOML, undefined);
  const environments = environmentsOf(WRANGLER_TOML).map((name) => ({
    name,
    config: readWorkerConfig(WRANGLER_TOML, name),
  }));
  const configs = [top, ...environments.map(({ config }) => config)];
  const complaints = [
    ...configs.flatMap(configComplaints),
    ...environments.flatMap(({ name, config }) => lackingIn(name, config, top)),
    ...configs.flatMap((one, index) => configs.slice(index + 1).flatMap((other) => clashes(one, other))),
  ];
  if (complaints.length > 0) {
    throw new Failure(complaints.map(({ problem, remedy }) => `${problem} ${remedy}`).join("\n"));
  }
  for (const { name } of environments) {
    const { code, output } = await wranglerFor({ config: WRANGLER_TOML, environment: name })(["deploy", "--dry-run"]);
    if (code !== 0) throw new Failure(`wrangler deploy --dry-run --env ${name} failed:\n${output}`);
  }
  console.log(
    `Environments that have all that the top has, and build: ${environments.map(({ name }) => name).join(", ")}.`,
  );
});
