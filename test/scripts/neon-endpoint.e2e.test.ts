import { neon, neonConfig, NeonDbError } from "@neondatabase/serverless";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Backend,
  type NeonEndpoint,
  pgliteBackend,
  postgresBackend,
  serveNeonEndpoint,
} from "../../scripts/neon-endpoint.ts";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";

const URL = "postgresql://tocsin:password@db.localtest.me/tocsin";

describe.each(["PGlite", "PostgreSQL"])("the Neon endpoint in front of %s, with the real driver", (kind) => {
  let postgres: TestPostgres | undefined;
  let backend: Backend;
  let endpoint: NeonEndpoint;
  const sql = neon(URL);
  const full = neon(URL, { fullResults: true, arrayMode: true });

  beforeAll(async () => {
    if (kind === "PostgreSQL") postgres = await startPostgres();
    backend = postgres ? postgresBackend(postgres.url) : await pgliteBackend();
    endpoint = await serveNeonEndpoint(backend, URL);
    neonConfig.fetchEndpoint = endpoint.url;
    await sql`create table things (id int primary key, name text not null)`;
  });
  afterAll(async () => {
    await endpoint.close();
    await backend.close();
    await postgres?.stop();
  });

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
    const response = await fetch(endpoint.url, {
      method: "POST",
      headers: { "neon-connection-string": URL, "neon-raw-text-output": "true", "neon-array-mode": "true" },
      body: JSON.stringify({
        query: `select $1::int as a, '{1,2}'::int[] as b, 'x'::bytea as c, true as d, ' {"a": 1}'::json as e, 1.50::numeric as f`,
        params: ["7"],
      }),
    });
    expect(await response.json()).toMatchObject({
      fields: [
        { name: "a", dataTypeID: 23, format: "text" },
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

  it("accepts every kind of parameter", async () => {
    const at = new Date("2026-10-01T12:00:00.000Z");
    const [row] = await sql`select ${1}::int as n, ${"x"}::text as t, ${null}::text as z, ${true}::bool as b,
      ${at}::timestamptz as d, ${[1, 2]}::int[] as a, ${{ a: 1 }}::jsonb as o, ${Buffer.from([1, 0])}::bytea as y`;
    expect(row).toEqual({ n: 1, t: "x", z: null, b: true, d: at, a: [1, 2], o: { a: 1 }, y: Buffer.from([1, 0]) });
  });

  it("returns the command and the number of rows", async () => {
    const inserted = await full`insert into things values (1, 'a'), (2, 'b')`;
    const updated = await full`update things set name = 'c' where id = 1 returning id`;
    const deleted = await full`delete from things`;
    expect([inserted, updated, deleted].map(({ command, rowCount, rows }) => [command, rowCount, rows])).toEqual([
      ["INSERT", 2, []],
      ["UPDATE", 1, [[1]]],
      ["DELETE", 2, []],
    ]);
  });

  it("commits a batch as one transaction", async () => {
    const [, rows] = await sql.transaction([
      sql`insert into things values (10, 'x')`,
      sql`select name from things where id = 10`,
    ]);
    expect(rows).toEqual([{ name: "x" }]);
    await sql`delete from things`;
  });

  it("rolls a failed batch back, and serves the next request", async () => {
    const failing = sql.transaction([
      sql`insert into things values (20, 'x')`,
      sql`insert into things values (20, 'y')`,
    ]);
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    expect(await sql`select * from things`).toEqual([]);
  });

  it("applies the transaction options of a batch", async () => {
    const readOnly = sql.transaction([sql`insert into things values (30, 'x')`], { readOnly: true });
    await expect(readOnly).rejects.toMatchObject({ code: "25006" });
    const [[level]] = (await sql.transaction([sql`show transaction_isolation`], {
      isolationLevel: "Serializable",
    })) as [[{ transaction_isolation: string }]];
    expect(level.transaction_isolation).toBe("serializable");
  });

  it("returns the errors of Postgres as Neon does", async () => {
    await sql`insert into things values (40, 'x')`;
    const error: NeonDbError = await sql`insert into things values (40, 'y')`.then(
      () => Promise.reject(new Error("no error")),
      (reason: NeonDbError) => reason,
    );
    expect(error).toBeInstanceOf(NeonDbError);
    expect(error).toMatchObject({
      code: "23505",
      message: 'duplicate key value violates unique constraint "things_pkey"',
      detail: "Key (id)=(40) already exists.",
      constraint: "things_pkey",
      table: "things",
      schema: "public",
      severity: "ERROR",
    });
    await expect(sql`select nonsense`).rejects.toMatchObject({ code: "42703", position: "8" });
    await expect(sql.query("select 1; select 2")).rejects.toMatchObject({ code: "42601" });
    await sql`delete from things`;
  });

  it("rejects requests with other credentials", async () => {
    await expect(neon(URL.replace("password", "guess"))`select 1`).rejects.toThrow("password authentication failed");
    expect((await fetch(endpoint.url, { method: "POST", body: "{}" })).status).toBe(400);
  });

  it("accepts megabytes and many concurrent requests", async () => {
    const text = "é".repeat(3_000_000);
    const [row] = await sql`select length(${text}) as length`;
    expect(row).toEqual({ length: 3_000_000 });
    const many = await Promise.all(Array.from({ length: 40 }, (_, i) => sql`select ${i}::int as i`));
    expect(many.map(([first]) => first?.i)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

it("the Neon endpoint answers 500 without SQLSTATE when Postgres is down", async () => {
  const backend = postgresBackend("postgresql://x:x@127.0.0.1:1/x");
  const endpoint = await serveNeonEndpoint(backend, URL);
  neonConfig.fetchEndpoint = endpoint.url;
  await expect(neon(URL)`select 1`).rejects.toMatchObject({
    message: expect.stringContaining("HTTP status 500"),
    code: undefined,
  });
  await endpoint.close();
  await backend.close();
});
