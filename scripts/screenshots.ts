/**
 * `npm run docs:screenshots [-- PAGE …]`: writes screenshots of the console, and the page that shows them, to docs/console.
 * Needs Chromium or Chrome. With page names, it takes only those screenshots.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { signIn, startBrowser } from "../test/support/browser.ts";
import { fill } from "../test/support/console-data.ts";
import { startService } from "../test/support/service.ts";
import { Failure, run } from "./run.ts";

const DIRECTORY = path.join(import.meta.dirname, "..", "docs", "console");

interface Screenshot {
  /** Name of the picture. */
  name: string;
  title: string;
  text: string;
  /** A page of test/support/console-data.ts; the one with the name of the picture if missing. */
  page?: string;
  /** What a user does there before the picture is taken. */
  prepare?: (page: Page) => Promise<void>;
}

/** What people do with the console. */
const JOBS: readonly Screenshot[] = [
  {
    name: "job-triage",
    title: "Triage",
    text: "`j` and `k` move, `x` selects, `Shift-j` extends the selection, `a` acknowledges and `r` resolves it. Each action has an undo for ten seconds.",
    page: "alerts",
    prepare: async (page) => {
      await page.locator("html.scripted").waitFor();
      for (const key of ["j", "x", "Shift+J", "Shift+J", "Shift+J"]) await page.keyboard.press(key);
      await page.getByText("4 selected").waitFor();
    },
  },
  {
    name: "job-explain",
    title: "Explain",
    text: "Deliveries, then the delivery: the reason, what was checked, and what to do. Replay it when the cause is gone.",
    page: "rejected",
  },
  {
    name: "job-connect",
    title: "Connect",
    text: "Choose the source, copy each step into it, and send a test delivery. The page follows the first deliveries.",
    page: "catalog",
    prepare: async (page) => {
      await page.getByRole("link", { name: "Grafana" }).first().click();
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByRole("button", { name: "Send test delivery" }).click();
      await page.getByRole("link", { name: "view alert" }).waitFor();
    },
  },
  {
    name: "job-quiet",
    title: "Quiet",
    text: "A silence mutes alerts that match, for a time. The form shows which alerts match while you type. [How to silence a deploy](../how-to/silence-a-deploy.md).",
    page: "new-silence",
    prepare: async (page) => {
      await page.getByLabel("Comment").fill("Deploy of checkout 4.3");
      await page.getByText("8 unresolved alerts").waitFor();
    },
  },
  {
    name: "job-hand-on",
    title: "Hand on",
    text: "A subscription sends changes of alerts to Slack, Microsoft Teams, Discord, PagerDuty, Opsgenie or a program of yours. [How to send alerts to Slack](../how-to/send-alerts-to-slack.md).",
    page: "new-subscription",
    prepare: async (page) => {
      await page.getByLabel("URL").fill("https://hooks.slack.com/services/…");
      await page.getByLabel("Critical").check();
      await page.getByLabel("High").check();
    },
  },
];

const PAGES: readonly Screenshot[] = [
  {
    name: "overview",
    title: "Overview",
    text: "What needs attention now: open critical alerts, numbers by severity, what fails with its remedy, deliveries by decision, and the alert keys with the most occurrences.",
  },
  {
    name: "alerts",
    title: "Alerts",
    text: "The list updates while it is open. Press `?` for the keyboard shortcuts.",
  },
  {
    name: "alert",
    title: "Alert",
    text: "The facts of an alert, its timeline, and the deliveries that had an event for it.",
  },
  {
    name: "silences",
    title: "Silences",
    text: "Who mutes which alerts, why, until when, and how many alerts each silence mutes now. [How to silence a deploy](../how-to/silence-a-deploy.md).",
  },
  {
    name: "deliveries",
    title: "Deliveries",
    text: "Every request to the URL of an integration: its alert, its decision, and the most frequent reasons of rejections.",
  },
  {
    name: "delivery",
    title: "Delivery",
    text: "The reason, the events, the original bytes, the headers and the raw decision. Replay processes the delivery again.",
  },
  {
    name: "integrations",
    title: "Integrations",
    text: "The connected sources, with their health and the decisions of the last 24 hours.",
  },
  {
    name: "integration",
    title: "Integration",
    text: "Health, settings, test delivery, secret rotation and setup text.",
  },
  {
    name: "mapping",
    title: "Mapping",
    text: "The editor shows a sample beside the expressions: click a name to insert its path. It runs the mapping on the last 30 deliveries while you type.",
  },
  {
    name: "catalog",
    title: "Provider catalog",
    text: "Sources by category. The search also finds purposes, such as kubernetes or error tracking.",
  },
  {
    name: "first-deliveries",
    title: "First deliveries",
    text: "After you connect a source, this page shows how far its first deliveries get.",
  },
  {
    name: "team",
    title: "Team",
    text: "The members of a team and their roles.",
  },
  {
    name: "subscriptions",
    title: "Subscriptions",
    text: "For users with the scope `subscriptions:read`. Creating and changing subscriptions needs `subscriptions:write`. [How subscriptions work](../subscriptions.md).",
  },
  {
    name: "subscription",
    title: "Subscription",
    text: "Pending messages, the last error, a test message, a dry run, the log of attempts, secret rotation, the filter, preset, headers and expression.",
  },
  {
    name: "dead-letters",
    title: "Dead letters",
    text: "Messages that failed for 24 hours. Resend or discard them.",
  },
  {
    name: "api-keys",
    title: "API keys",
    text: "Keys for programs, with their scopes, team, integration and expiry. Rename, rotate or revoke them.",
  },
  {
    name: "audit",
    title: "Audit log",
    text: "Administrative actions, with the values before and after.",
  },
  {
    name: "sign-in",
    title: "Sign-in",
    text: "By password, or with the configured OpenID Connect providers.",
  },
];

/** In the order in which they are taken: some jobs change the data, so the pages come first. */
const SCREENSHOTS = [...PAGES, ...JOBS];

const VIEWPORT = { width: 1280, height: 800 };

const requested = process.argv.slice(2);
const unknown = requested.filter((name) => !SCREENSHOTS.some((screenshot) => screenshot.name === name));

await run(async () => {
  if (unknown.length > 0) {
    const names = SCREENSHOTS.map(({ name }) => name).join(", ");
    throw new Failure(`Unknown page: ${unknown.join(", ")}. Use one of: ${names}.`);
  }
  const [service, browser] = await Promise.all([startService(), startBrowser()]);
  try {
    const data = await fill(service, { isHostile: false });
    mkdirSync(DIRECTORY, { recursive: true });
    if (requested.length === 0) removeScreenshots();
    const options = { viewport: VIEWPORT, colorScheme: "light", reducedMotion: "reduce" } as const;
    const visitor = await (await browser.newContext(options)).newPage();
    const user = await signIn(await browser.newContext(options), service, data.admin);
    for (const { name, page: pageName = name, prepare } of SCREENSHOTS) {
      if (requested.length > 0 && !requested.includes(name)) continue;
      const page = name === "sign-in" ? visitor : user;
      await page.goto(service.url + (data.pages[pageName] ?? "/"));
      await prepare?.(page);
      await page.screenshot({ path: path.join(DIRECTORY, `${name}.png`) });
    }
    writeFileSync(path.join(DIRECTORY, "README.md"), readme());
  } finally {
    await browser.close();
    await service.stop();
    rmSync(service.stateDirectory, { recursive: true });
  }
});

function removeScreenshots(): void {
  for (const file of readdirSync(DIRECTORY)) if (file.endsWith(".png")) rmSync(path.join(DIRECTORY, file));
}

function section({ name, title, text }: Screenshot): string {
  return `### ${title}\n\n${text}\n\n![${title}](${name}.png)`;
}

function readme(): string {
  const parts = [
    "<!-- Generated by `npm run docs:screenshots`. -->",
    "# The console",
    "[Its design](design.md): principles, tokens and parts.",
    "## Five jobs",
    ...JOBS.map(section),
    "## Pages",
    ...PAGES.map(section),
  ];
  return `${parts.join("\n\n")}\n`;
}
