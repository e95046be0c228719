/**
 * `npm run docs:screenshots`: the console's pages as they are, into docs/console. Needs a Chromium or Chrome. With names of
 * pages behind `--` it takes those alone, and leaves the others as they are.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { signIn, startBrowser } from "../test/support/browser.ts";
import { fill } from "../test/support/console-data.ts";
import { startService } from "../test/support/service.ts";
import { Failure, run } from "./run.ts";

const DIRECTORY = path.join(import.meta.dirname, "..", "docs", "console");

/** Pages that are told apart from one another, by what people see first of them; some with more to be said. */
const PAGES: readonly (readonly [name: string, what: string, more?: string])[] = [
  ["overview", "How things stand: unresolved alerts, deliveries, the noisiest, what waits for Postgres"],
  ["alerts", "Unresolved alerts, live"],
  ["alert", "One alert: what happened to it, and every delivery that touched it"],
  ["deliveries", "What came through an integration, and what became of it"],
  ["delivery", "One delivery: why, how it is read, byte for byte"],
  ["integrations", "Connected sources, and whether they are well"],
  ["integration", "One source: health, settings, tools, setup"],
  ["mapping", "A mapping, tried on what really arrived"],
  ["catalogue", "The catalogue"],
  ["first-deliveries", "The first deliveries of a new source, step by step"],
  ["team", "A team"],
  [
    "subscriptions",
    "Who is told of changes, and whether it gets through",
    "Under Settings, for who has the scope `subscriptions:read`; with `subscriptions:write` one makes and changes them there. Each shows " +
      "whether it is well, down, or behind, and what was given up. [What subscriptions promise](../subscriptions.md).",
  ],
  ["subscription", "One subscription: how its messages get through, a test of it, its secret, its filter"],
  ["dead-letters", "What a subscriber could not be told, to be sent once more or forgotten"],
  ["keys", "API keys"],
  ["audit", "The audit log"],
  ["sign-in", "Signing in"],
];

const WIDTHS = [360, 1280, 1920];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PAGES.some(([known]) => known === name));

await run(async () => {
  if (unknown.length > 0) throw new Failure(`There is no page called ${unknown.join(", ")}.`);
  const service = await startService();
  const browser = await startBrowser();
  try {
    const data = await fill(service);
    if (wanted.length === 0) rmSync(DIRECTORY, { recursive: true, force: true });
    mkdirSync(DIRECTORY, { recursive: true });
    for (const width of WIDTHS) {
      // Half of them in the dark.
      const colorScheme = width === 1920 ? "dark" : "light";
      const viewport = { width, height: width === 360 ? 720 : Math.round((width * 10) / 16) };
      const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
      const page = await signIn(context, service, data.admin);
      const stranger = await (await browser.newContext({ viewport, colorScheme })).newPage();
      for (const [name] of PAGES) {
        if (wanted.length > 0 && !wanted.includes(name)) continue;
        const shown = name === "sign-in" ? stranger : page;
        await shown.goto(service.url + (data.pages[name] ?? "/"));
        await shown.screenshot({ path: path.join(DIRECTORY, `${name}-${width}.png`) });
      }
    }
    writeFileSync(path.join(DIRECTORY, "README.md"), index());
  } finally {
    await browser.close();
    await service.stop();
    rmSync(service.stateDirectory, { recursive: true });
  }
});

function index(): string {
  const sections = PAGES.map(
    ([name, what, more]) =>
      `## ${what}\n\n${more === undefined ? "" : `${more}\n\n`}![${what}](${name}-1280.png)\n\n[On a phone](${name}-360.png), [wide and in the dark](${name}-1920.png)`,
  );
  return `<!-- Made by \`npm run docs:screenshots\`. -->\n\n# The console\n\n${sections.join("\n\n")}\n`;
}
