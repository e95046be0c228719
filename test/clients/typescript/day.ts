/** A day's work with the TypeScript client, whose types openapi-typescript generates. Prints what it saw as JSON. */
import { randomUUID } from "node:crypto";
import { createTocsinClient, type Schemas } from "../../../packages/client/src/index.ts";

const { TOCSIN_URL = "", TOCSIN_KEY = "", INTEGRATION_ID: integrationId = "", ENDPOINT_URL = "" } = process.env;
/** An integration with a rejected delivery, which its mapping could not read. */
const { UNREAD_ID: unreadId = "" } = process.env;

const tocsin = createTocsinClient({ baseUrl: TOCSIN_URL, apiKey: TOCSIN_KEY });

interface Result<Data> {
  data?: Data;
  error?: unknown;
}

/** The body of a successful response. */
function expectData<Data>({ data, error }: Result<Data>): Exclude<Data, undefined> {
  if (data === undefined) throw new Error(`expected data, got ${JSON.stringify(error)}`);
  return data as Exclude<Data, undefined>;
}

/** The problem of a response that is an error. */
function expectProblem({ error }: { error?: Schemas["Problem"] }): Schemas["Problem"] {
  if (error === undefined) throw new Error("expected a problem");
  return error;
}

/** The titles of all alerts of the integration, read page by page. */
async function titlesByPage(limit: number): Promise<string[]> {
  const titles: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { integrationId, muted: "any" as const, limit, ...(cursor !== undefined && { cursor }) };
    const page: Schemas["AlertPage"] = expectData(await tocsin.GET("/v1/alerts", { params: { query } }));
    titles.push(...page.data.map(({ title }) => title));
    cursor = page.nextCursor;
  }
  return titles;
}

/** The titles of the muted alerts of the integration. */
async function mutedTitles(): Promise<string[]> {
  const query = { integrationId, muted: "true" as const };
  return expectData(await tocsin.GET("/v1/alerts", { params: { query } })).data.map(({ title }) => title);
}

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

const listed = expectData(
  await tocsin.GET("/v1/alerts", {
    params: {
      query: {
        integrationId,
        status: ["OPEN", "ACKNOWLEDGED"],
        severity: ["CRITICAL"],
        label: ["service=checkout"],
      },
    },
  }),
);
const path = { id: listed.data[0]?.id ?? "" };
const read = await tocsin.GET("/v1/alerts/{id}", { params: { path } });
const header = { "if-match": read.response.headers.get("etag") ?? "", "Idempotency-Key": randomUUID() };
const body: Schemas["AlertUpdate"] = { status: "ACKNOWLEDGED", note: "Looking into it" };
const changes = [
  expectData(await tocsin.PATCH("/v1/alerts/{id}", { params: { path, header }, body })),
  expectData(await tocsin.PATCH("/v1/alerts/{id}", { params: { path, header }, body })),
];
await tocsin.PATCH("/v1/alerts/{id}", { params: { path }, body: { note: "Back to normal" } });
const timeline = expectData(await tocsin.GET("/v1/alerts/{id}/timeline", { params: { path } }));

const found = expectData(await tocsin.GET("/v1/alerts", { params: { query: { integrationId, alertKey: "payments" } } }))
  .data[0];
const snooze = { params: { path: { id: found?.id ?? "" } }, body: { snoozedUntil: inAnHour } };
expectData(await tocsin.PATCH("/v1/alerts/{id}", snooze));
const muted = [await mutedTitles()];
const silence = expectData(
  await tocsin.POST("/v1/silences", {
    body: {
      matchers: [{ name: "tocsin_integration", value: integrationId }],
      endsAt: inAnHour,
      comment: "Deploy",
    },
  }),
);
muted.push(await mutedTitles());
await tocsin.DELETE("/v1/silences/{id}", { params: { path: { id: silence.id } } });
muted.push(await mutedTitles());

await tocsin.PATCH("/v1/integrations/{id}", {
  params: { path: { id: unreadId } },
  body: { mapping: { title: "name" } },
});
const replay = expectData(
  await tocsin.POST("/v1/deliveries/replay", { body: { filter: { integrationId: unreadId } } }),
);

const integration = expectData(
  await tocsin.POST("/v1/integrations", { body: { name: "Made by TypeScript", provider: "generic" } }),
);
const subscription = expectData(
  await tocsin.POST("/v1/subscriptions", {
    body: { name: "Made by TypeScript", url: ENDPOINT_URL, filter: { severity: ["CRITICAL"], integrationId } },
  }),
);
const problems = [
  expectProblem(await tocsin.GET("/v1/alerts/{id}", { params: { path: { id: randomUUID() } } })),
  expectProblem(await tocsin.PATCH("/v1/alerts/{id}", { params: { path, header: { "if-match": '"1"' } }, body })),
  expectProblem(await tocsin.GET("/v1/alerts", { params: { query: { cursor: "none" } } })),
];
const seen = {
  listed: listed.data.map(({ title }) => title),
  titles: await titlesByPage(2),
  statuses: changes.map(({ status }) => status),
  versions: changes.map(({ version }) => version),
  notes: timeline.data.flatMap(({ note }) => note ?? []),
  found: found?.title,
  muted,
  replayed: replay.replayed,
  integration: { provider: integration.provider, teamId: integration.teamId },
  subscription: { id: subscription.id, secret: subscription.secret },
  problems: problems.map(({ type }) => type),
  pointers: problems[2]?.errors?.map(({ pointer }) => pointer),
};
console.log(JSON.stringify(seen));
