/** The rows on which `npm run bench -- api` measures queries. */
import { createHash } from "node:crypto";
import type pg from "pg";

/** The content fingerprint of the `n`th delivery. */
export const fingerprintOf = (n: number): string => createHash("sha256").update(String(n)).digest("hex");

/** Rows of a busy year: most alerts are closed, words and labels are common and rare, some times are equal. */
export async function fill(client: pg.Client, count: number): Promise<void> {
  await client.query("set synchronous_commit = off");
  await client.query(
    `insert into teams (id, name) select ${uuid("0", "n")}, 'team ' || n from generate_series(1, 21) n`,
  );
  await client.query(`insert into integrations (id, team_id, name, provider, verification, secret_ciphertext, secret_key_id, created_at)
    select ${uuid("1", "n")}, ${uuid("0", "(n % 20 + 1)")}, 'integration ' || n, 'generic', '{}', '', '', ${at("n", 200)}
    from generate_series(1, 200) n`);
  await client.query(`insert into alerts (id, integration_id, team_id, alert_key, external_id, source, acknowledged_by,
      acknowledged_by_name, title, description, severity, status, metadata, triggered_at, last_seen_at, version)
    select ${uuid("2", "n")}, ${uuid("1", source("n"))}, ${uuid("0", `${source("n")} % 20 + 1`)}, 'key ' || n,
      'EXT-' || n, case when n % 40000 = 17 then 'mainframe' else 'host ' || n % 50 end,
      case when n % 40000 = 19 then 'user:' || ${uuid("7", "99")} when n % 2 = 0 then 'source'
        when n % 3 = 0 then 'user:' || ${uuid("7", "n % 10")} end,
      case when n % 40000 = 19 then 'Grace Hopper' when n % 2 = 0 then null when n % 3 = 0 then 'Person ' || n % 10 end,
      case when n % 50000 = 7 then 'Zanzibar is down' when n % 10 < 3 then 'Disk almost full on host ' || n
        else 'Latency of service ' || n || ' is high' end,
      'Seen on host ' || n % 977 || ' in region ' || n % 7 || case when n % 50000 = 13 then ' by flamingo' else '' end,
      (array['CRITICAL','HIGH','MEDIUM','MEDIUM','MEDIUM','LOW','LOW','LOW','LOW','INFO'])[n % 11 % 10 + 1]::alert_severity,
      case when n % 97 = 0 then 'OPEN' when n % 89 = 0 then 'ACKNOWLEDGED' when n % 3 = 0 then 'CLOSED' else 'RESOLVED' end::alert_status,
      jsonb_build_object('labels', jsonb_build_object('service', case when n % 40000 = 11 then 'fax' when n % 5 = 0 then 'checkout' else 'service ' || n % 60 end,
        'host', 'host ' || n % 977)), ${at("n", count)},
      ${at("n", count)} + case when n % 10 = 0 then n % 1000 else 0 end * interval '3 minutes', 2
    from generate_series(1, ${count}) n`);
  await client.query(`insert into webhook_deliveries (id, integration_id, team_id, sequence, status, status_code, alert_id, events, decision,
      headers, reason, error, idempotency_key, content_fingerprint, duplicate_of, replay_of, raw_payload, received_at)
    select ${uuid("3", "n")}, ${uuid("1", source("n / 2"))}, ${uuid("0", `${source("n / 2")} % 20 + 1`)}, n,
      case when n % 41 = 0 then 'REJECTED' when n % 7 = 0 then 'DUPLICATE' else 'ACCEPTED' end::delivery_status,
      case when n % 41 = 0 then (array[400, 401, 401, 413])[n % 4 + 1] when n % 7 = 0 then 200 else 202 end,
      case when n % 41 > 0 then ${uuid("2", "n / 2")} end, '[]',
      case when n % 10000 = 5 then '{"unreadableEvents": {"count": 1, "fault": "expected a JSON object"}}' else '{}' end::jsonb, '{}',
      case when n % 41 = 0 then ${error("n")} when n % 7 = 0 then 'duplicate: same content as delivery ' || ${uuid("3", "(n - 1)")}
        else 'accepted: repeats with the same content are duplicates until ' || ${at("n", 2 * count)} end,
      case when n % 41 = 0 then ${error("n")} end, case when n % 41 > 0 and n % 5 = 1 then 'request-' || n end,
      case when n % 41 > 0 then encode(sha256((case when n % 100 = 0 then 0 else n end)::text::bytea), 'hex') end,
      case when n % 7 = 0 and n % 41 > 0 then ${uuid("3", "(n - 1)")} end, case when n % 1000 = 3 then ${uuid("3", "(n - 1)")} end,
      '{"title":"x"}', ${at("n", 2 * count)}
    from generate_series(2, ${2 * count + 1}) n`);
  await client.query(`insert into alert_timeline (id, alert_id, delivery_id, type, actor, version, status, severity, recorded_at)
    select ${uuid("4", "n")}, ${uuid("2", "n / 2")}, ${uuid("3", "n")}, 'CREATED', 'source', n % 2 + 1, 'OPEN', 'HIGH', ${at("n", 2 * count)}
    from generate_series(2, ${2 * count + 1}) n`);
  await client.query(`insert into audit_events (id, team_id, actor, action, target_type, target_id, created_at)
    select ${uuid("5", "n")}, ${uuid("0", "n % 20 + 1")}, 'user:' || n % 50, 'integration.update', 'integration',
      ${uuid("1", "n % 200 + 1")}::text, ${at("n", count / 10)} from generate_series(1, ${count / 10}) n`);
  await client.query(
    `insert into users (id, email, name) select ${uuid("7", "n")}, n || '@example.com', 'User ' || n from generate_series(0, 9) n`,
  );
  await client.query(`insert into api_keys (id, team_id, name, key_hash, scopes) select ${uuid("6", "n")}, ${uuid("0", "n % 20 + 1")},
    'key', md5(n::text), '{alerts:read}' from generate_series(1, 400) n`);
  await client.query("vacuum analyze");
}

/** SQL of the reason of the `n`th delivery, if it was rejected. */
function error(n: string): string {
  return `case when ${n} / 41 % 2000 = 3 then 'Unknown kangaroo.' when ${n} % 2 = 0 then 'Missing signature.'
    else 'The signed timestamp is ' || ${n} % 900 || ' s old; the tolerance is 300 s' end`;
}

/** SQL of a UUIDv7 that increases with `n`. `kind` makes it unique to a table. */
function uuid(kind: string, n: string): string {
  return `(lpad(to_hex(floor(extract(epoch from timestamptz '2026-01-01') * 1000)::bigint + ${n}), 12, '0') || '7' || '${kind}' || lpad(to_hex(${n} % 4096), 2, '0') || '8' || lpad(to_hex(${n}), 15, '0'))::uuid`;
}

/** SQL of the integration (1 to 200) of the `n`th alert: random, so that it correlates with nothing. */
function source(n: string): string {
  return `((hashtext((${n})::text) & 2147483647) % 200 + 1)`;
}

/** SQL of the time of the `n`th row. Ten rows have the same time. */
function at(n: string, of: number): string {
  return `date_trunc('milliseconds', timestamptz '2025-11-01' + (${n} / 10 * 10)::float8 / ${of} * interval '365 days')`;
}
