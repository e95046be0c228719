import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

/** A migration in `drizzle/`, as drizzle's migrator records it. */
export interface Migration {
  name: string;
  sql: string;
  hash: string;
  createdAt: number;
}

/** Reads the migrations in `drizzle/`, in order. */
export function readMigrations(): Migration[] {
  const folder = path.join(import.meta.dirname, "..", "drizzle");
  const journal = JSON.parse(readFileSync(path.join(folder, "meta", "_journal.json"), "utf8")) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(path.join(folder, `${tag}.sql`), "utf8");
    return { name: tag, sql, hash: createHash("sha256").update(sql).digest("hex"), createdAt: when };
  });
}
