/** The alert key of one of many runs of the same thing: builds, deployments, pipelines, analyses. */
import { isObject } from "../lib/json.ts";
import { keyOf } from "./fields.ts";
import { Fields, keyText, nameOf, type Scope, textOf } from "./generic-fields.ts";
import { RUNS } from "./generic-wrappers.ts";

/** The runs of a pipeline have one alert per project, pipeline and branch, which the next successful run resolves. */
export function readRunKey(fields: Fields): string | null {
  const kind = fields.peek(["objectkind"], textOf) ?? typeOfRun(fields);
  const inner = fields.scopes.find(
    ({ name }) => RUNS.has(name) || (name === "objectattributes" && RUNS.has(kind ?? "")),
  );
  const held = fields.scopes.find(({ name }) => name === "resource" || name === "data") ?? fields.top;
  const run = inner ?? (RUNS.has(kind ?? "") || isDeploy(fields.top) ? held : undefined);
  if (!run) return null;
  const member = (...names: string[]) => fields.peek(names, nameOf, [run]);
  const project =
    fields.peek(
      [
        "project",
        "projectname",
        "repository",
        "repo",
        "stack",
        "site",
        "siteid",
        "serviceid",
        "application",
        "projectid",
      ],
      idOf,
    ) ?? fields.peek(["name"], textOf, [fields.top]);
  const branch =
    member("ref", "refname", "branch", "branchname", "headbranch", "sourcebranch", "environment") ??
    fields.peek(["vcs", "scm"], branchOf);
  const name = member("buildname", "jobname", "definition", "name");
  return keyOf(project ?? name, name ?? firstOf(kind, run.name), branch);
}

/** The kind of run that an event type begins with: `build.complete`, `deploy_ended`. */
function typeOfRun(fields: Fields): string | null {
  const word = /^[a-z]+(?=[._-])/i.exec(fields.peek(["eventtype", "type"], textOf, [fields.top]) ?? "")?.[0];
  return word !== undefined && RUNS.has(word.toLowerCase()) ? word.toLowerCase() : null;
}

/** `{ site_id, build_id, state }` of a deploy, or `{ qualityGate, project }` of an analysis. */
const isDeploy = ({ fields }: Scope): boolean =>
  (fields.has("siteid") && fields.has("buildid")) || (fields.has("qualitygate") && fields.has("project"));

const firstOf = (...words: (string | null)[]): string | null =>
  words.find((word) => word !== null && word !== "") ?? null;

const idOf = (value: unknown): string | null =>
  isObject(value)
    ? new Fields(value).peek(["id", "key", "pathwithnamespace", "fullname", "slug", "name"], keyText)
    : keyText(value);

const branchOf = (value: unknown): string | null =>
  isObject(value) ? new Fields(value).peek(["branch"], textOf) : null;
