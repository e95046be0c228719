/** The environment of every program of `npm run test:tools`: a Tocsin behind a gate, and the alerts of its integration. */
import { freePort } from "../../scripts/lib/postgres.ts";
import { api, type Service, startService } from "../support/service.ts";
import { type Gate, startGate } from "./gate.ts";
import { pause, until } from "./wait.ts";

/** How long Tocsin is down. Every program must send its events afterwards. */
const OUTAGE_MS = 20_000;

export interface Alert {
  id: string;
  alertKey: string | null;
  title: string;
  description: string | null;
  severity: string;
  status: string;
  url: string | null;
  occurrences: number;
  triggeredAt: string;
}

export interface TimelineEntry {
  type: string;
  note: string | null;
  actor: { type: string; name: string | null };
  severity: string;
}

interface Created {
  id: string;
  ingestUrl: string;
  secret: string;
  setup: string;
}

/** An integration made for a program, with the setup steps that Tocsin returned for it. */
export class Source {
  readonly #harness: Harness;
  readonly #created: Created;
  constructor(harness: Harness, created: Created) {
    this.#harness = harness;
    this.#created = created;
  }
  get setup(): string {
    return this.#created.setup;
  }
  get secret(): string {
    return this.#created.secret;
  }
  get ingestUrl(): string {
    return this.#created.ingestUrl;
  }

  /** All alerts, the newest first. */
  async alerts(): Promise<Alert[]> {
    const route = `/v1/alerts?integrationId=${this.#created.id}&limit=200`;
    const { body } = await api<{ data: Alert[] }>(this.#harness.service, "GET", route);
    return body.data;
  }

  /** Waits for an alert that fits. */
  alert(what: string, fits: (alert: Alert) => boolean): Promise<Alert> {
    return until(what, async () => (await this.alerts()).find(fits)).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\nalerts: ${JSON.stringify(await this.alerts(), null, 1)}`);
    });
  }

  /** Waits for an entry in the timeline of an alert. */
  entry(alert: Alert, what: string, fits: (entry: TimelineEntry) => boolean): Promise<TimelineEntry> {
    const route = `/v1/alerts/${alert.id}/timeline`;
    return until(what, async () => {
      const { body } = await api<{ data: TimelineEntry[] }>(this.#harness.service, "GET", route);
      return body.data.find(fits);
    });
  }

  /** The deliveries of this integration that got through the gate. */
  passed(): { status: number; body: string }[] {
    const path = new URL(this.#created.ingestUrl).pathname;
    return this.#harness.gate.passed.filter((one) => one.path.startsWith(path));
  }

  /** Waits until a delivery arrives that fits. @param after how many deliveries had arrived before */
  delivery(what: string, fits: (body: string) => boolean, after = 0): Promise<{ status: number; body: string }> {
    return until(what, () =>
      this.passed()
        .slice(after)
        .find(({ body }) => fits(body)),
    );
  }
}

export class Harness {
  readonly service: Service;
  readonly gate: Gate;
  private constructor(service: Service, gate: Gate) {
    this.service = service;
    this.gate = gate;
  }

  static async start(service?: Service): Promise<Harness> {
    service ??= await startService();
    return new Harness(service, await startGate(service.url, await freePort()));
  }

  /** Connects a program. In the values and the printed steps, the gate takes the place of the service. */
  async connect(provider: string, name: string): Promise<Source> {
    const { status, body } = await api<Created>(this.service, "POST", "/v1/integrations", { name, provider });
    if (status !== 201) throw new Error(`create integration: ${status} ${JSON.stringify(body)}`);
    const throughGate = (text: string) => text.replaceAll(new URL(this.service.url).host, new URL(this.gate.url).host);
    return new Source(this, { ...body, ingestUrl: throughGate(body.ingestUrl), setup: throughGate(body.setup) });
  }

  /** Takes Tocsin down for 20 s, while `during` makes the program send an event. */
  async takeDown(during: () => Promise<void> | void): Promise<void> {
    await this.gate.close();
    try {
      await Promise.all([during(), pause(OUTAGE_MS)]);
    } finally {
      await this.gate.open();
    }
  }

  async end(): Promise<void> {
    await this.gate.close();
    await this.service.stop();
  }
}
