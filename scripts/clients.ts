/**
 * `npm run clients:check`: generates clients of docs/openapi.json in Go and Python, and compiles them. Installs the generators the first
 * time. Without Python it says what is missing and checks nothing; with `REQUIRE_CLIENTS=1`, as in `.ci/run`, it fails.
 */
import { buildClient, CLIENT_LANGUAGES } from "./lib/clients.ts";
import { missingPython } from "./lib/tools.ts";
import { Failure, run } from "./run.ts";

await run(async () => {
  const missing = missingPython();
  if (missing !== null) {
    const message = `Generated clients are not checked. ${missing}`;
    if (process.env.REQUIRE_CLIENTS === "1") throw new Failure(message);
    console.warn(message);
    return;
  }
  const results = await Promise.allSettled(CLIENT_LANGUAGES.map((language) => buildClient(language)));
  const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new Failure(failures.map(String).join("\n\n"));
  console.log(`Clients compile: ${CLIENT_LANGUAGES.join(", ")}.`);
});
