import { Command } from "commander";
import { connect, dataOf } from "../api-client.ts";
import { action, addExamples, type Context } from "../command.ts";
import { givenCredentials, isUnencrypted, parseKey, parseUrl, profileName } from "../credentials.ts";
import { CliError, EXIT } from "../errors.ts";
import { configFile, readDevService, readProfiles, writeProfiles } from "../profiles.ts";
import { ask, readText } from "../read-input.ts";

/** `tocsin login` */
export const login = () =>
  addExamples(
    new Command("login")
      .summary("Save a URL and an API key.")
      .description(
        "Check a URL and an API key, and save them as a profile. Asks for values that the options and the environment do not set. " +
          "Without a terminal, reads the key from standard input. Profiles are in tocsin/config.json under XDG_CONFIG_HOME " +
          "(~/.config); only its owner can read the file. A saved key is only ever sent to its own URL.",
      )
      .action(
        action(async ({ output, env, globals }: Context) => {
          const file = configFile(env);
          const name = profileName(globals, env);
          const profiles = readProfiles(file);
          const given = givenCredentials(globals, env);
          const suggestion = Object.hasOwn(profiles, name) ? profiles[name]?.url : readDevService(env)?.url;
          const url = given.url ?? (await askForUrl(suggestion));
          if (isUnencrypted(url))
            output.note("Warning: this URL is not https. The key crosses the network unencrypted.");
          const key = given.key ?? (await askForKey(url));

          const caller = await dataOf(connect({ url, key }).client.GET("/v1/session"));
          writeProfiles(file, { ...profiles, [name]: { url, key } });
          if (output.isJson) output.json(caller);
          else output.line(`Signed in to ${url} as ${caller.actor}. Saved as profile "${name}" in ${file}.`);
          return EXIT.done;
        }),
      ),
    "tocsin login --url http://127.0.0.1:8787 < key.txt",
    "tocsin login --profile staging --url https://tocsin.example.com",
  );

async function askForUrl(suggestion: string | undefined): Promise<string> {
  if (!process.stdin.isTTY) throw new CliError(EXIT.usage, "No URL. Use --url, or set TOCSIN_URL.");
  const answer = await ask(`URL${suggestion === undefined ? "" : ` (${suggestion})`}: `, { isSecret: false });
  return parseUrl(answer === "" && suggestion !== undefined ? suggestion : answer);
}

const askForKey = async (url: string): Promise<string> =>
  parseKey(
    process.stdin.isTTY
      ? await ask(`API key for ${url} (not shown): `, { isSecret: true })
      : ((await readText("-")).split("\n")[0] ?? ""),
  );
