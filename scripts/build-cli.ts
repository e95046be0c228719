/**
 * Bundles the CLI into packages/cli/dist/tocsin.js: one file of plain JavaScript for Node 20, without dependencies. The
 * licenses of the bundled libraries are beside it.
 */
import { chmodSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build, type Metafile } from "esbuild";

const folder = path.join(import.meta.dirname, "..", "packages", "cli");
const dist = path.join(folder, "dist");
const outfile = path.join(dist, `.tocsin-${process.pid}.js`);

/** The licenses of all packages that a bundle contains. */
function licensesOf({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []),
  );
  return [...packages]
    .toSorted()
    .map((name) => {
      const home = path.join(folder, name);
      const license = readdirSync(home).find((file) => /^licen[cs]e/i.test(file));
      if (license === undefined) throw new Error(`${name} has no license file.`);
      return `${name.replace(/^.*node_modules\//, "")}\n\n${readFileSync(path.join(home, license), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

const { metafile } = await build({
  absWorkingDir: folder,
  entryPoints: ["src/main.ts"],
  outfile,
  bundle: true,
  metafile: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  // Commander is CommonJS, and requires the modules of Node.
  banner: { js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);' },
  tsconfigRaw: {},
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
// Atomically: a running test may start the program at any time.
renameSync(outfile, path.join(dist, "tocsin.js"));
writeFileSync(path.join(dist, "third-party-licenses.txt"), licensesOf(metafile));
