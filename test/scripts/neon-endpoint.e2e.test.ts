import { neon, neonConfig, NeonDbError } from "@neondatabase/serverless";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as errors from "../../scripts/neon/errors.ts";
import type { Limits } from "../../scripts/neon/limits.ts";
import {
  type Backend,
  type NeonEndpoint,
  pgliteBackend,
  postgresBackend,
  serveNeonEndpoint,
} from "../../scripts/neon-endpoint.ts";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";
import { describeError, isDataError, isUnavailable } from "../../src/db/errors.ts";

const URL = "postgresql://tocsin:password@db.localtest.me/tocsin";

const sql = neon(URL);

/** The error of a query that must fail. */
const errorOf = (query: Promise<unknown>): Promise<NeonDbError> =>
  query.then(
    () => Promise.reject(new Error("no error")),
    (reason: NeonDbError) => reason,
  );

/** Sends a request as the driver does, but for what is given. */
const post = (
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> => fetch(url, { method: "POST", headers: { "neon-connection-string": URL, ...headers }, body });

describe.each(["PGlite", "PostgreSQL"])("the Neon endpoint in front of %s, with the real driver", (kind) => {
  let postgres: TestPostgres | undefined;
  let backend: Backend;
  let endpoint: NeonEndpoint;
  const full = neon(URL, { fullResults: true, arrayMode: true });

  beforeAll(async () => {
    if (kind === "PostgreSQL") postgres = await startPostgres();
    backend = postgres ? postgresBackend(postgres.url) : await pgliteBackend();
    endpoint = await serveNeonEndpoint(backend, URL);
    neonConfig.fetchEndpoint = endpoint.url;
    await sql`create table things (id int primary key, name varchar(20) not null)`;
  });
  afterEach(async () => {
    neonConfig.fetchEndpoint = endpoint.url;
    await sql`delete from things`;
  });
  afterAll(async () => {
    await endpoint.close();
    await backend.close();
    await postgres?.stop();
  });

  /** Serves the same database with other limits. */
  async function withLimits(limits: Partial<Limits>, work: (endpoint: NeonEndpoint) => Promise<void>): Promise<void> {
    const limited = await serveNeonEndpoint(backend, URL, limits);
    neonConfig.fetchEndpoint = limited.url;
    try {
      await work(limited);
    } finally {
      await limited.close();
    }
  }

  it("returns every type as text that the driver parses, as Neon does", async () => {
    const [row] = await sql`select
      1::int as int, 9007199254740993::int8 as int8, 1.10::numeric as numeric, 0.1::float8 as float8, true as bool,
      null::text as null, 'x'::text as text, '{"b":1,  "a":[1,"2"]}'::json as json, '{"b":1,  "a":[1,"2"]}'::jsonb as jsonb,
      '\\x00ff10'::bytea as bytea, array[1,2,null] as ints, array['a','b "c"',null] as texts, array[true,false] as bools,
      '2026-10-01 12:00:00.123456+02'::timestamptz as timestamptz, '2026-10-01'::date as date,
      '019a0000-0000-7000-8000-000000000000'::uuid as uuid, 'NaN'::float8 as nan`;
    expect(row).toEqual({
      int: 1,
      int8: "9007199254740993",
      numeric: "1.10",
      float8: 0.1,
      bool: true,
      null: null,
      text: "x",
      json: { b: 1, a: [1, "2"] },
      jsonb: { b: 1, a: [1, "2"] },
      bytea: Buffer.from([0, 255, 16]),
      ints: [1, 2, null],
      texts: ["a", 'b "c"', null],
      bools: [true, false],
      timestamptz: new Date("2026-10-01T10:00:00.123Z"),
      date: expect.any(Date),
      uuid: "019a0000-0000-7000-8000-000000000000",
      nan: Number.NaN,
    });
  });

  it("returns the wire format of Neon", async () => {
    const query = `select $1::int as a, '{1,2}'::int[] as b, 'x'::bytea as c, true as d, ' {"a": 1}'::json as e, 1.50::numeric as f`;
    const headers = { "neon-raw-text-output": "true", "neon-array-mode": "true" };
    const response = await post(endpoint.url, JSON.stringify({ query, params: ["7"] }), headers);
    expect(await response.json()).toMatchObject({
      fields: [
        { name: "a", dataTypeID: 23 },
        { name: "b", dataTypeID: 1007 },
        { name: "c", dataTypeID: 17 },
        { name: "d", dataTypeID: 16 },
        { name: "e", dataTypeID: 114 },
        { name: "f", dataTypeID: 1700 },
      ],
      rows: [["7", "{1,2}", "\\x78", "t", ' {"a": 1}', "1.50"]],
      command: "SELECT",
      rowCount: 1,
      rowAsArray: true,
    });
  });

  it("returns the seven fields of a column", async () => {
    const [{ table }] = (await sql`select 'things'::regclass::oid::int as table`) as [{ table: number }];
    const response = await post(endpoint.url, JSON.stringify({ query: "select name, 1 as one from things" }));
    expect(await response.text()).toBe(
      `{"fields":[{"name":"name","dataTypeID":1043,"tableID":${table},"columnID":2,"dataTypeSize":-1,"dataTypeModifier":24,"format":"text"},` +
        '{"name":"one","dataTypeID":23,"tableID":0,"columnID":0,"dataTypeSize":4,"dataTypeModifier":-1,"format":"text"}],' +
        '"rows":[],"command":"SELECT","rowCount":0,"rowAsArray":false}',
    );
  });

  it("accepts every kind of parameter", async () => {
    const at = new Date("2026-10-01T12:00:00.000Z");
    const [row] = await sql`select ${1}::int as n, ${"x"}::text as t, ${null}::text as z, ${true}::bool as b,
      ${at}::timestamptz as d, ${[1, 2]}::int[] as a, ${{ a: 1 }}::jsonb as o, ${Buffer.from([1, 0])}::bytea as y`;
    expect(row).toEqual({ n: 1, t: "x", z: null, b: true, d: at, a: [1, 2], o: { a: 1 }, y: Buffer.from([1, 0]) });
  });

  it("converts JSON parameters to Postgres's text format", async () => {
    const body = {
      query: "select $1::int[][] as a, $2::text[] as b, $3::jsonb[] as c, $4::bool as d",
      params: [[[1, null]], ['a "b"', null], [{ x: 'y"' }], true],
      arrayMode: true,
    };
    expect(await (await post(endpoint.url, JSON.stringify(body))).json()).toMatchObject({
      rows: [["{{1,NULL}}", String.raw`{"a \"b\"",NULL}`, String.raw`{"{\"x\": \"y\\\"\"}"}`, "t"]],
    });
  });

  it("returns the command and the number of rows", async () => {
    const inserted = await full`insert into things values (1, 'a'), (2, 'b')`;
    const updated = await full`update things set name = 'c' where id = 1 returning id`;
    const deleted = await full`delete from things`;
    const created = await full`create temporary table others (id int)`;
    expect(
      [inserted, updated, deleted, created].map(({ command, rowCount, rows }) => [command, rowCount, rows]),
    ).toEqual([
      ["INSERT", 2, []],
      ["UPDATE", 1, [[1]]],
      ["DELETE", 2, []],
      ["CREATE", null, []],
    ]);
  });

  it("commits a batch as one transaction", async () => {
    const [, rows] = await sql.transaction([
      sql`insert into things values (10, 'x')`,
      sql`select name from things where id = 10`,
    ]);
    expect(rows).toEqual([{ name: "x" }]);
  });

  it("rolls a failed batch back, and serves the next request", async () => {
    const failing = sql.transaction([
      sql`insert into things values (20, 'x')`,
      sql`insert into things values (20, 'y')`,
    ]);
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await sql`select * from things`).toEqual([]);
  });

  it("applies the transaction options of a batch, and returns them", async () => {
    const readOnly = sql.transaction([sql`insert into things values (30, 'x')`], { readOnly: true });
    await expect(readOnly).rejects.toMatchObject({ code: "25006" });
    const [[level]] = (await sql.transaction([sql`show transaction_isolation`], {
      isolationLevel: "Serializable",
    })) as [[{ transaction_isolation: string }]];
    expect(level.transaction_isolation).toBe("serializable");
    const body = JSON.stringify({ queries: [{ query: "select 1" }] });
    const headers = { "neon-batch-isolation-level": "Serializable", "neon-batch-read-only": "true" };
    const { headers: returned } = await post(endpoint.url, body, { ...headers, "neon-batch-deferrable": "yes" });
    expect(Object.fromEntries([...returned].filter(([name]) => name.startsWith("neon-batch")))).toEqual(headers);
  });

  it("returns the errors of Postgres as Neon does", async () => {
    await sql`insert into things values (40, 'x')`;
    const error = await errorOf(sql`insert into things values (40, 'y')`);
    expect(error).toBeInstanceOf(NeonDbError);
    expect(error).toMatchObject({
      code: "23505",
      message: 'duplicate key value violates unique constraint "things_pkey"',
      detail: "Key (id)=(40) already exists.",
      constraint: "things_pkey",
      table: "things",
      schema: "public",
      severity: "ERROR",
      line: expect.stringMatching(/^\d+$/),
    });
    await expect(sql`select nonsense`).rejects.toMatchObject({ code: "42703", position: "8" });
    await expect(sql.query("select 1; select 2")).rejects.toMatchObject({ code: "42601" });
  });

  it.each([
    ["another password", { "neon-connection-string": URL.replace("password", "guess") }, "password authentication failed for user 'tocsin'"],
    ["another user", { "neon-connection-string": URL.replace("tocsin", "guest") }, "password authentication failed for user 'guest'"],
    ["no password", { "neon-connection-string": URL.replace(":password", "") }, "missing authentication credentials: required password"],
    ["no user", { "neon-connection-string": URL.replace("tocsin:password@", "") }, "missing username"],
    ["another scheme", { "neon-connection-string": URL.replace("postgresql", "mysql") }, "incorrect scheme"],
    ["no URL", { "neon-connection-string": "db.localtest.me" }, "invalid connection string: relative URL without a base"],
    ["a bearer token", { authorization: "Bearer x" }, "missing authentication credentials: required password"],
    ["an unknown isolation level", { "neon-batch-isolation-level": "Snapshot" }, "invalid isolation level"],
  ])("rejects a request with %s", async (_, headers, message) => {
    const response = await post(endpoint.url, '{"query":"select 1"}', headers);
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        message, code: "", detail: null, hint: null, position: null, internalPosition: null, internalQuery: null,
        severity: "", where: null, table: null, column: null, schema: null, dataType: null, constraint: null,
        file: null, line: null, routine: null,
      },
    ]);
  }); // prettier-ignore

  it.each([
    ["no JSON", "select 1"],
    ["no query", "{}"],
    ["a batch without queries", '{"queries":[{}]}'],
    ["a lone surrogate", String.raw`{"query":"select $1","params":["\ud800"]}`],
    ["invalid UTF-8", Uint8Array.from('{"query":"select \'\xff\'"}', (character) => character.charCodeAt(0))],
  ])("rejects a body with %s", async (_, body) => {
    const response = await post(endpoint.url, body);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { message: expect.stringMatching(/^could not parse the HTTP request body: /), code: "" },
    ]);
  });

  it("accepts megabytes and many concurrent requests", async () => {
    const text = "é".repeat(3_000_000);
    const [row] = await sql`select length(${text}) as length`;
    expect(row).toEqual({ length: 3_000_000 });
    const many = await Promise.all(Array.from({ length: 40 }, (_, i) => sql`select ${i}::int as i`));
    expect(many.map(([first]) => first?.i)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it("rejects a request of more than 10 MiB", async () => {
    const error = await errorOf(sql`select length(${"x".repeat(10 * 1024 * 1024)})`);
    expect(error).toMatchObject({
      message: expect.stringMatching(/HTTP status 413.*request is too large \(max is 10485760 bytes\)/),
      code: undefined,
    });
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("rejects a reply of more than 10 MiB, and rolls its batch back", async () => {
    const large = () => sql`select repeat('x', 1048576) from generate_series(1, 12)`;
    const tooLarge = /HTTP status 507.*response is too large \(max is 10485760 bytes\)/;
    await expect(large()).rejects.toThrow(tooLarge);
    await expect(sql.transaction([sql`insert into things values (50, 'x')`, large()])).rejects.toThrow(tooLarge);
    expect(await sql`select * from things`).toEqual([]);
  });

  it("refuses connections beyond the limit without waiting", async () => {
    const gate = Promise.withResolvers<void>();
    const slow: Backend = { ...backend, query: (query) => gate.promise.then(() => backend.query(query)) };
    const limited = await serveNeonEndpoint(slow, URL, { maxConnections: 2 });
    neonConfig.fetchEndpoint = limited.url;
    const results = Promise.allSettled(Array.from({ length: 5 }, () => sql`select 1`));
    await expect.poll(() => limited.counters().replies).toEqual({ 500: 3 });
    gate.resolve();
    const failed = (await results).filter((result) => result.status === "rejected");
    for (const { reason } of failed) {
      expect(String(reason)).toMatch(/HTTP status 500.*remaining connection slots are reserved/);
      expect(isUnavailable(reason)).toBe(true);
    }
    expect(limited.counters()).toMatchObject({ requests: 5, peakConnections: 2, replies: { 200: 2, 500: 3 } });
    await limited.close();
  });

  it("refuses requests beyond the rate limit", () =>
    withLimits({ requestsPerSecond: 0.001, burst: 3 }, async () => {
      for (let i = 0; i < 3; i++) await sql`select 1`;
      const error = await errorOf(sql`select 1`);
      expect(error.message).toMatch(
        /HTTP status 500.*"message":"Too many connections to this endpoint. Please try again later.","code":""/,
      );
      expect(isUnavailable(error)).toBe(true);
    }));

  it("starts a suspended compute once for all requests that wait for it", () =>
    withLimits({ wakeUpMs: 20 }, async (limited) => {
      await sql`select 1`;
      expect(limited.counters().wakeUps).toBe(0);
      limited.suspend();
      await Promise.all([sql`select 1`, sql`select 1`]);
      await sql`select 1`;
      expect(limited.counters().wakeUps).toBe(1);
    }));

  it("counts requests, queries and bytes", () =>
    withLimits({}, async (limited) => {
      const query = '{"query":"select 1 as one"}';
      const reply = await (await post(limited.url, query)).text();
      await sql.transaction([sql`select 1`, sql`select 2`]);
      await errorOf(sql`select nonsense`);
      const { receivedBytes, sentBytes, ...counters } = limited.counters();
      expect(counters).toMatchObject({ requests: 3, queries: 4, replies: { 200: 2, 400: 1 } });
      expect(receivedBytes).toBeGreaterThan(query.length);
      expect(sentBytes).toBeGreaterThan(reply.length);
    }));

  it.each([
    ["an exhausted quota", errors.quotaExhausted(), /HTTP status 402.*has exceeded the compute time quota/],
    ["an exhausted quota of an older proxy", errors.quotaExhausted(500), /HTTP status 500.*has exceeded the compute time quota/],
    ["a refused permit", errors.permitRefused(), /HTTP status 500.*Failed to acquire permit/],
    ["a failed start", errors.controlPlaneFailed(), /HTTP status 500.*Control plane request failed/],
    ["a rate limit of a gateway", errors.tooManyRequests(), /HTTP status 429/],
    ["a cancelled query", errors.cancelled(), /^Query cancelled, connection was terminated$/],
  ])("answers with %s until the failure ends; the service takes it for an unavailable database", async (_, failure, message) => {
    endpoint.fail(failure);
    const error = await errorOf(sql`select 1`).finally(() => endpoint.fail(null));
    expect(error.message).toMatch(message);
    expect(error.code).toBe(failure.status === 400 ? "08P01" : undefined);
    expect([isUnavailable(error), isDataError(error), describeError(error) !== ""]).toEqual([true, false, true]);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  }); // prettier-ignore
});

describe("the Neon endpoint in front of a PostgreSQL that fails", () => {
  let postgres: TestPostgres;
  let backend: Backend;
  let endpoint: NeonEndpoint;

  beforeAll(async () => {
    postgres = await startPostgres();
    backend = postgresBackend(postgres.url);
    endpoint = await serveNeonEndpoint(backend, URL);
    neonConfig.fetchEndpoint = endpoint.url;
  });
  afterAll(async () => {
    await endpoint.close();
    await backend.close();
    await postgres.stop();
  });

  /** An error that only a database in trouble causes: the service waits. */
  const expectUnavailable = (error: NeonDbError): void =>
    expect([isUnavailable(error), isDataError(error)]).toEqual([true, false]);

  it("answers 400 with the SQLSTATE when Postgres ends the connection during a query", async () => {
    const error = await errorOf(sql`select pg_terminate_backend(pg_backend_pid())`);
    expect(error).toMatchObject({ code: "57P01" });
    expectUnavailable(error);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("cancels the query of a client that goes away", async () => {
    const marked = "select pg_sleep(300) /* abandoned */";
    const running = async (): Promise<number> => {
      const rows =
        await sql`select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%/* abandoned */%' and pid <> pg_backend_pid()`;
      return (rows as [{ n: number }])[0].n;
    };
    const client = new AbortController();
    const abandoned = errorOf(sql.query(marked, [], { fetchOptions: { signal: client.signal } }));
    await expect.poll(running).toBe(1);
    client.abort();
    expect((await abandoned).message).toMatch(/abort/);
    await expect.poll(running).toBe(0);
  });

  it("answers 500 without SQLSTATE when Postgres is down, and 400 with an empty one when a query loses it", async () => {
    const lost = errorOf(sql`select pg_sleep(300) /* lost */`);
    await expect
      .poll(
        async () =>
          (await sql`select 1 from pg_stat_activity where query like '%/* lost */' and state = 'active'`).length,
      )
      .toBe(1);
    await postgres.halt();
    const error = await lost;
    // Postgres says that it crashes; the connection may be gone before that.
    expect(["", "57P02"]).toContain(error.code);
    expectUnavailable(error);
    const down = await errorOf(sql`select 1`);
    expect(down.message).toMatch(/HTTP status 500.*Couldn't connect to compute node/);
    expect(down.code).toBeUndefined();
    expectUnavailable(down);
    await postgres.resume();
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it("answers 500 when Postgres refuses the connection, and 400 for an unknown database", async () => {
    const other = async (url: string): Promise<NeonDbError> => {
      const failing = postgresBackend(url);
      const served = await serveNeonEndpoint(failing, URL);
      neonConfig.fetchEndpoint = served.url;
      try {
        return await errorOf(sql`select 1`);
      } finally {
        neonConfig.fetchEndpoint = endpoint.url;
        await served.close();
        await failing.close();
      }
    };
    await sql`create role full_up login connection limit 0`;
    const refused = await other(postgres.url.replace("postgres:", "full_up:"));
    expect(refused.message).toMatch(/HTTP status 500.*too many connections for role \\?"full_up.*"code":"53300"/);
    expectUnavailable(refused);
    const unknown = await other(postgres.url.replace(/\/postgres$/, "/nothing"));
    expect(unknown).toMatchObject({ message: 'database "nothing" does not exist', code: "3D000" });
    expectUnavailable(unknown);
  });
});
