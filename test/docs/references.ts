/** The references of a page must exist: files, anchors, npm scripts, routes, packages. */
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import type { Found, Page } from "./markdown.ts";

export interface Project {
  root: string;
  pages: readonly Page[];
  document: ApiDocument;
  scripts: ReadonlySet<string>;
  /** Dependencies of the project and its packages. */
  packages: ReadonlySet<string>;
}

interface Manifest {
  scripts?: object;
  dependencies?: object;
  devDependencies?: object;
}

export function readProject(root: string, pages: readonly Page[], document: ApiDocument): Project {
  const manifests = ["package.json", ...globSync("packages/*/package.json", { cwd: root })].map(
    (file) => JSON.parse(readFileSync(path.join(root, file), "utf8")) as Manifest,
  );
  const packages = manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  );
  return {
    root,
    pages,
    document,
    scripts: new Set(Object.keys(manifests[0]?.scripts ?? {})),
    packages: new Set(packages),
  };
}

/** References of a page that lead nowhere: one line each, with file and line. */
export function brokenReferences(page: Page, project: Project): string[] {
  const problems = (found: readonly Found[], problem: (text: string) => string | null) =>
    found.flatMap(({ line, text }) => {
      const message = problem(text);
      return message === null ? [] : [`${page.file}:${line}: ${message}`];
    });
  // A changelog names things that existed at its time.
  if (page.file === "CHANGELOG.md") return problems(page.links, (link) => linkProblem(page, link, project));
  // Provider pages name files and packages of other products.
  const spans = page.file.startsWith("docs/providers/") ? [] : page.spans;
  return [
    ...problems(page.links, (link) => linkProblem(page, link, project)),
    ...problems(page.prose, (line) => scriptProblem(line, project)),
    ...problems(page.spans, (span) => routeProblem(span, project)),
    ...problems(spans, (span) => fileProblem(span, project) ?? packageProblem(page, span, project)),
  ];
}

function linkProblem({ file, anchors }: Page, link: string, { root, pages }: Project): string | null {
  if (/^(https?|mailto):/.test(link)) return URL.canParse(link) ? null : `invalid URL ${link}`;
  const [target = "", anchor] = link.split("#");
  if (target === "") return anchors.has(anchor ?? "") ? null : `no heading for ${link}`;
  const resolved = path.join(path.dirname(file), target);
  if (resolved.startsWith("..") || !existsSync(path.join(root, resolved))) return `no file ${link}`;
  if (anchor === undefined) return null;
  return pages.find((page) => page.file === resolved)?.anchors.has(anchor) ? null : `no heading for ${link}`;
}

function scriptProblem(line: string, { scripts }: Project): string | null {
  const named = [...line.matchAll(/\bnpm run (?:--?[\w-]+ )*([\w:-]+)/g)].map(([, name = ""]) => name);
  const missing = named.find((name) => !scripts.has(name));
  return missing === undefined ? null : `no npm script ${missing}`;
}

/** `GET /v1/alerts?status=OPEN`, `/v1/alerts/{id}`, `/v1/alerts/*`. */
function routeProblem(span: string, { document }: Project): string | null {
  const [, method = "", target = ""] = /^(?:([A-Z]+) )?(\/(?:v1|in)\/\S*)$/.exec(span) ?? [];
  if (target === "") return null;
  const segments = target.replace(/[?#].*$/, "").split("/");
  const hasRest = segments.at(-1) === "*";
  if (hasRest) segments.pop();
  const isKnown = Object.entries(document.paths).some(([route, methods]) => {
    const wanted = route.split("/");
    return (
      (hasRest ? wanted.length > segments.length : wanted.length === segments.length) &&
      segments.every((part, index) => part === wanted[index] || (wanted[index]?.startsWith("{") && part !== "")) &&
      (method === "" || method.toLowerCase() in methods)
    );
  });
  return isKnown ? null : `no operation ${span}`;
}

function fileProblem(span: string, { root }: Project): string | null {
  const isFile = /^(src|test|scripts|docs|drizzle|public|packages|\.ci|\.github)\/[\w./-]*$/.test(span);
  return !isFile || existsSync(path.join(root, span)) ? null : `no file ${span}`;
}

/** Scoped names; and in the decision on libraries, every name that could be a package. */
function packageProblem({ file }: Page, span: string, { packages }: Project): string | null {
  const isName = file === "docs/decisions/0001-libraries.md" && /^(?!eval$)[a-z][a-z\d-]*$/.test(span);
  if (!isName && !/^@[a-z][\w.-]*\/[\w.-]+$/.test(span)) return null;
  return packages.has(span) || span.startsWith("@tocsin/") ? null : `no dependency ${span}`;
}
