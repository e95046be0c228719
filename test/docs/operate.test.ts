/** docs/operate matches the metrics and log lines of the service. */
import { describe, expect, it } from "vitest";
import rules from "../../docs/operate/alerts.rules.yml?raw";
import dashboard from "../../docs/operate/grafana-dashboard.json?raw";
import logs from "../../docs/operate/logs.md?raw";
import metrics from "../../docs/operate/metrics.md?raw";
import index from "../../docs/operate/README.md?raw";
import { familiesOf } from "../../src/api/metrics/families.ts";
import { REJECTION_CLASSES } from "../../src/alerts/rejection-class.ts";
import { NO_TOTALS } from "../../src/objects/integration/totals.ts";

const runbooks = import.meta.glob<string>("../../docs/operate/runbooks/*.md", {
  query: "?raw",
  import: "default",
  eager: true,
});
const sources = import.meta.glob<string>("../../src/**/*.ts", { query: "?raw", import: "default", eager: true });

const stats = {
  rows: 0,
  bytes: 0,
  oldestAt: null,
  quarantined: 0,
  flushedLastMinute: 0,
  lastError: null,
  flushFailures: 0,
  isHeartbeatMissed: false,
  totals: { ...NO_TOTALS, lastDeliveryAt: 1 },
};
const integration = { id: "i", name: "n", provider: "generic", teamId: null, mostShards: 1, stats };
const state = {
  cursor: null,
  isCircuitOpen: false,
  pendingMessages: 0,
  oldestPendingAt: null,
  deadLetters: 0,
  heldAlerts: 0,
  lastDeliveredAt: 1,
  lastError: null,
  lastTestError: null,
  nextAttemptAt: null,
};
const subscriptions = [{ id: "s", name: "n", teamId: null, state }];
const families = familiesOf({
  now: 0,
  alerts: [],
  mutedAlerts: 0,
  known: 1,
  integrations: [integration],
  subscriptions,
});
const names = new Set(families.map(({ name }) => name));

/** Metrics of Tocsin that a text names. */
const named = (text: string): string[] => [...new Set(text.match(/\btocsin_[a-z_]+\b/g))];

/** Table rows whose first cell is code. */
const rowsOf = (text: string): string[][] =>
  [...text.matchAll(/^\| `([^`]+)` +\|(.*)\|$/gm)].map(([, first = "", rest = ""]) => [
    first,
    ...rest.split("|").map((cell) => cell.trim()),
  ]);

describe("the guide to metrics", () => {
  it("describes every metric with type and labels, and no other", () => {
    const described = rowsOf(metrics)
      .filter(([name]) => name?.startsWith("tocsin_"))
      .map(([name, type, labels = ""]) => [name, type, labels.replaceAll("`", "").split(", ").filter(Boolean)]);
    expect(described).toEqual(
      families.map(({ name, type, samples }) => [name, type, Object.keys(samples[0]?.labels ?? {})]),
    );
  });

  it("names every class of rejections, and no other", () => {
    const [, reasons = ""] = /^`reason` is (.*?)\.$/ms.exec(metrics) ?? [];
    expect([...reasons.matchAll(/`(\w+)`/g)].map(([, reason]) => reason)).toEqual([...REJECTION_CLASSES]);
  });
});

describe("the guide to logs", () => {
  it("lists every log message with its level, and no other", () => {
    const logged = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/\blog\.(info|warn|error)\(\s*"([^"]+)"/g)].map(([, level, message]) => `${message} ${level}`),
    );
    const described = rowsOf(logs).map(([message, level]) => `${message} ${level}`);
    expect(described.toSorted()).toEqual([...new Set(logged)].toSorted());
  });
});

describe("the alert rules", () => {
  const alerts = rules.split("- alert: ").slice(1);

  it("use only metrics that exist", () => {
    expect(named(rules).filter((name) => !names.has(name))).toEqual([]);
  });

  it("have a summary, a severity and a runbook", () => {
    expect(alerts.length).toBeGreaterThan(5);
    for (const alert of alerts) {
      expect(alert).toMatch(/^\s+summary: \S/m);
      expect(alert).toMatch(/^\s+severity: (critical|warning)$/m);
      const [, runbook = ""] =
        /^\s+runbook_url: https:\/\/\S+\/docs\/operate\/runbooks\/([\w-]+\.md)$/m.exec(alert) ?? [];
      const [, name = ""] = /^(\w+)/.exec(alert) ?? [];
      const text = runbooks[`../../docs/operate/runbooks/${runbook}`];
      expect([name, text?.includes(`\`${name}\``)]).toEqual([name, true]);
    }
  });
});

describe("the runbooks", () => {
  it("have the same four sections, and are in the index", () => {
    expect(Object.keys(runbooks).length).toBeGreaterThan(4);
    for (const [path, text] of Object.entries(runbooks)) {
      expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual([
        "Meaning",
        "Check",
        "Fix",
        "Done when",
      ]);
      expect(index).toContain(`(runbooks/${path.split("/").at(-1)})`);
    }
  });

  it("name only metrics that exist", () => {
    const unknown = Object.entries(runbooks).flatMap(([path, text]) =>
      named(text)
        .filter((name) => !names.has(name) && name !== "tocsin_")
        .map((name) => `${path}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe("the dashboard", () => {
  interface Panel {
    id: number;
    title: string;
    datasource: { uid: string };
    targets: { expr: string; datasource: { uid: string } }[];
  }
  const { panels, templating } = JSON.parse(dashboard) as {
    panels: Panel[];
    templating: { list: { name: string; type: string }[] };
  };

  it("uses only existing metrics, at least one per panel", () => {
    for (const { title, targets } of panels) {
      const asked = targets.flatMap(({ expr }) => named(expr));
      expect([title, asked.length > 0, asked.filter((name) => !names.has(name))]).toEqual([title, true, []]);
    }
  });

  it("shows every metric", () => {
    expect([...names].filter((name) => !dashboard.includes(name))).toEqual([]);
  });

  it("uses the data source variable", () => {
    expect(templating.list.find(({ type }) => type === "datasource")?.name).toBe("datasource");
    const used = panels.flatMap(({ datasource, targets }) => [datasource, ...targets.map((one) => one.datasource)]);
    expect(new Set(used.map(({ uid }) => uid))).toEqual(new Set(["${datasource}"]));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
