import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..", "..");
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), "tocsin-generate-"));
  for (const part of ["src", "scripts", "drizzle.config.ts", "package.json"])
    cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
  symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Runs the script elsewhere than in its folder, and without npm. */
function generate(...given: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(copy, "scripts", "db-generate.ts"), ...given],
    {
      cwd: tmpdir(),
      env: { ...process.env, PATH: path.dirname(process.execPath) },
      encoding: "utf8",
    },
  );
  return { status, output: stdout + stderr };
}

const migrations = () => readdirSync(path.join(copy, "drizzle")).filter((name) => name.endsWith(".sql"));

describe("db:generate", () => {
  it("says what drizzle-kit ended with, and what to do", () => {
    const { status, output } = generate("--no-such-argument");
    expect(status).toBe(1);
    expect(output).toContain("drizzle-kit generate ended with status 1. Correct what it says above");
    expect(output).not.toContain("at run");
  });

  it("gives its arguments to the first migration, which gets what drizzle does not describe", () => {
    const { status, output } = generate("--name", "start");
    expect(output).toContain("0000_start.sql");
    expect(status).toBe(0);
    expect(readFileSync(path.join(copy, "drizzle", "0000_start.sql"), "utf8")).toBe(
      readFileSync(path.join(root, "drizzle", "0000_init.sql"), "utf8"),
    );
  });

  it("leaves the first migration as it is later", () => {
    const before = readFileSync(path.join(copy, "drizzle", "0000_start.sql"), "utf8");
    expect(generate("--name", "empty", "--custom").status).toBe(0);
    expect(migrations()).toEqual(["0000_start.sql", "0001_empty.sql"]);
    expect(readFileSync(path.join(copy, "drizzle", "0000_start.sql"), "utf8")).toBe(before);
  });
});
