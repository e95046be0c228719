/** What the prose of a page names must be there: links and their anchors, scripts, routes, files, settings. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ApiDocument } from "../../scripts/openapi-document.ts";
import type { Found, Page } from "./markdown.ts";

/** Names in capitals that are settings of somebody else, with whose. */
const OTHERS_SETTINGS = new Map([
  ["CLOUDFLARE_API_TOKEN", "wrangler's"],
  ["CLOUDFLARE_ACCOUNT_ID", "wrangler's"],
  ["CLOUDFLARE_API_BASE_URL", "wrangler's"],
]);

export interface Project {
  root: string;
  pages: readonly Page[];
  document: ApiDocument;
  scripts: ReadonlySet<string>;
  /** The text of everything that may name a setting. */
  settings: string;
}

/** Reads what pages may name. */
export function readProject(root: string, pages: readonly Page[], document: ApiDocument): Project {
  const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { scripts: object };
  const sources = ["src", "scripts"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => path.join(folder, file)),
  );
  const settings = ["wrangler.toml", ...sources].map((file) => readFileSync(path.join(root, file), "utf8")).join("\n");
  return { root, pages, document, scripts: new Set(Object.keys(scripts)), settings };
}

/** What a page names that is not there: a line each. */
export function referenceProblems(page: Page, project: Project): string[] {
  const problems = (found: readonly Found[], problem: (text: string) => string | null) =>
    found.flatMap(({ line, text }) => {
      const words = problem(text);
      return words === null ? [] : [`${page.file}:${line}: ${words}`];
    });
  // What sources call their own things is theirs.
  const isSource = page.file.startsWith("docs/providers/");
  return [
    ...problems(page.links, (link) => linkProblem(page, link, project)),
    ...problems(page.names, (name) => (page.named.has(name) ? null : `[${name}] stands for no link`)),
    ...problems(page.prose, (line) => scriptProblem(line, project)),
    ...problems(page.spans, (span) => routeProblem(span, project)),
    ...(isSource
      ? []
      : [
          ...problems(page.spans, (span) => fileProblem(span, project)),
          ...problems(page.spans, (span) => settingProblem(span, project)),
        ]),
  ];
}

function linkProblem({ file, anchors }: Page, link: string, { root, pages }: Project): string | null {
  if (/^(https?|mailto):/.test(link)) return URL.canParse(link) ? null : `${link} is no URL`;
  const [target = "", anchor] = link.split("#");
  if (target === "") return anchors.has(anchor ?? "") ? null : `there is no heading for ${link}`;
  const there = path.join(path.dirname(file), target);
  if (there.startsWith("..") || !existsSync(path.join(root, there))) return `${link} leads nowhere`;
  if (anchor === undefined) return null;
  return pages.find((page) => page.file === there)?.anchors.has(anchor) ? null : `there is no heading for ${link}`;
}

function scriptProblem(line: string, { scripts }: Project): string | null {
  const named = [...line.matchAll(/\bnpm run (?:--?[\w-]+ )*([\w:-]+)/g)].map(([, name = ""]) => name);
  const gone = named.find((name) => !scripts.has(name));
  return gone === undefined ? null : `package.json has no script ${gone}`;
}

/** `GET /v1/alerts?status=OPEN`, `GET`, `/v1/alerts/{id}`: a path with methods before it, or without. */
function routeProblem(span: string, { document }: Project): string | null {
  const [, method = "", target = ""] = /^(?:([A-Z]+) )?(\/(?:v1|in)\/\S*)$/.exec(span) ?? [];
  return target === "" || matchesRoute(document, method, target) ? null : `the OpenAPI document has no ${span}`;
}

/**
 * Whether the OpenAPI document has a route. What stands for a parameter may be anything; `*` at the end is the rest of a route.
 * @param method empty: any
 */
export function matchesRoute(document: ApiDocument, method: string, target: string): boolean {
  const segments = target.replace(/[?#].*$/, "").split("/");
  return Object.entries(document.paths).some(([route, methods]) => {
    const wanted = route.split("/");
    const hasRest = segments.at(-1) === "*" && wanted.length >= segments.length;
    const isPath =
      (hasRest || wanted.length === segments.length) &&
      wanted
        .slice(0, hasRest ? segments.length - 1 : undefined)
        .every((part, index) => part === segments[index] || (part.startsWith("{") && segments[index] !== ""));
    return isPath && (method === "" || method.toLowerCase() in methods);
  });
}

function fileProblem(span: string, { root }: Project): string | null {
  const isFile = /^(src|test|scripts|docs|drizzle|public|\.ci)\/[\w./-]*$/.test(span);
  return !isFile || existsSync(path.join(root, span)) ? null : `there is no ${span}`;
}

function settingProblem(span: string, { settings }: Project): string | null {
  const [, name] = /^\$?([A-Z][A-Z\d]*(?:_[A-Z\d]+)+)(?:=.*)?$/.exec(span) ?? [];
  if (name === undefined || OTHERS_SETTINGS.has(name)) return null;
  return new RegExp(`\\b${name}\\b`).test(settings) ? null : `nothing here reads ${name}`;
}
