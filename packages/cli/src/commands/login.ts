import { defineCommand } from "../command.ts";
import { CliError, EXIT } from "../errors.ts";
import { ask, readText } from "../input.ts";
import { configFile, readDevService, readProfiles, writeProfiles } from "../profiles.ts";
import { answered, connect } from "../service.ts";
import { checkedKey, checkedUrl, isInTheClear, profileOf, statedTarget } from "../target.ts";

/** `tocsin login` */
export const login = defineCommand({
  path: ["login"],
  summary: "Check a URL and an API key, and keep them",
  description:
    "Asks for what no flag and no variable says; without a terminal the key is read from standard input. They are kept in " +
    "tocsin/config.json under XDG_CONFIG_HOME (~/.config), which its owner alone can read. A key that is kept is sent to its " +
    "own URL only.",
  options: {},
  examples: [
    "tocsin login --url http://127.0.0.1:8787 < key.txt",
    "tocsin login --profile staging --url https://tocsin.example.com",
  ],
  async run({ output, env, globals }) {
    const file = configFile(env);
    const name = profileOf(globals, env);
    const profiles = readProfiles(file);
    const stated = statedTarget(globals, env);
    const known = Object.hasOwn(profiles, name) ? profiles[name]?.url : readDevService(env)?.url;
    const url = stated.url ?? (await askForUrl(known));
    if (isInTheClear(url)) output.note("This URL is not https: the key will go over the network in the clear.");
    const key = stated.key ?? (await askForKey(url));

    const caller = await answered(connect({ url, key }).client.GET("/v1/session"));
    writeProfiles(file, { ...profiles, [name]: { url, key } });
    if (output.isJson) output.json(caller);
    else output.line(`Signed in to ${url} as ${caller.actor}; kept as profile "${name}" in ${file}`);
    return EXIT.done;
  },
});

async function askForUrl(known: string | undefined): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError(EXIT.usage, "say which service: --url URL, or TOCSIN_URL");
  const answer = await ask(`URL${known === undefined ? "" : ` (${known})`}: `, { isSecret: false });
  return checkedUrl(answer === "" && known !== undefined ? known : answer);
}

const askForKey = async (url: string): Promise<string> =>
  checkedKey(
    process.stdin.isTTY
      ? await ask(`API key for ${url} (it is not shown): `, { isSecret: true })
      : ((await readText("-")).split("\n")[0] ?? ""),
  );
