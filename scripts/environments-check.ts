/** `npm run environments:check`: every environment of wrangler.toml has all settings of the top level, and builds. */
import { wranglerFor } from "./deploy/wrangler.ts";
import { Failure, run } from "./run.ts";
import {
  clashes,
  configProblems,
  environmentProblems,
  environmentsOf,
  readWorkerConfig,
  WRANGLER_TOML,
} from "./worker-config.ts";

await run(async () => {
  const top = readWorkerConfig(WRANGLER_TOML, undefined);
  const names = environmentsOf(WRANGLER_TOML);
  const environments = names.map((name) => ({ name, config: readWorkerConfig(WRANGLER_TOML, name) }));
  const configs = [top, ...environments.map(({ config }) => config)];
  const problems = [
    ...configs.flatMap(configProblems),
    ...environments.flatMap(({ name, config }) => environmentProblems(name, config, top)),
    ...configs.flatMap((one, index) => configs.slice(index + 1).flatMap((other) => clashes(one, other))),
  ];
  if (problems.length > 0) {
    throw new Failure(problems.map(({ problem, remedy }) => `${problem} ${remedy}`).join("\n"));
  }
  for (const environment of names) {
    const { code, output } = await wranglerFor({ config: WRANGLER_TOML, environment })(["deploy", "--dry-run"]);
    if (code !== 0) throw new Failure(`wrangler deploy --dry-run --env ${environment} failed:\n${output}`);
  }
  console.log(`Environments are complete and build: ${names.join(", ")}.`);
});
