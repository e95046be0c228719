/** Errors as pages, for people: what is wrong, what to do, and the request id to report. Programs get problem details instead. */
import type { Context } from "hono";
import type { FC } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { RETRY_AFTER_SECONDS } from "../lib/problem.ts";
import { type Problem, refererOf } from "./api.ts";
import type { Page } from "./context.ts";
import { PAGE_HEADERS } from "./page-headers.ts";
import { Empty, PageHead } from "./parts/components.tsx";
import { renderPage } from "./parts/layout.tsx";

/** First segments of paths for programs. */
const FOR_PROGRAMS = new Set(["v1", "api", "in", "mcp", "metrics", "healthz", "readyz", "openapi.json"]);

/** Whether a browser asks for a page. */
export const wantsPage = ({ req }: Pick<Context, "req">): boolean =>
  !FOR_PROGRAMS.has(req.path.split("/")[1] ?? "") && (req.header("accept")?.includes("text/html") ?? false);

type ShownProblem = Pick<Problem, "status" | "title" | "detail" | "instance">;

/** Responds with a page about a problem. */
export function problemPage(c: Context, problem: ShownProblem) {
  const page: Page = c;
  const { title, lead, advice, links } = adviceOf(page, problem);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) c.header(name, value);
  if (problem.status === 503) c.header("retry-after", RETRY_AFTER_SECONDS);
  return renderPage(
    page,
    { title },
    <>
      <PageHead title={title} />
      <Empty title={lead}>
        <p>{advice}</p>
        <p class="buttons centered">
          {links.map((link) => (
            <NextStep {...link} />
          ))}
        </p>
        <p class="muted">
          Request ID <code>{/^urn:uuid:(.+)$/.exec(problem.instance)?.[1] ?? c.get("requestId")}</code>
        </p>
      </Empty>
    </>,
    problem.status as ContentfulStatusCode,
  );
}

interface Link {
  name: string;
  url: string;
}

const NextStep: FC<Link> = ({ name, url }) => (
  <a class="button quiet" href={url}>
    {name}
  </a>
);

interface Advice {
  title: string;
  /** What is wrong. */
  lead: string;
  /** What to do. */
  advice: string;
  links: Link[];
}

const OVERVIEW: Link = { name: "Overview", url: "/" };

function adviceOf(c: Page, { status, title, detail }: ShownProblem): Advice {
  const { pathname, search } = new URL(c.req.url);
  const back = refererOf(c);
  if (c.req.method !== "GET") {
    const links = [...(back === null ? [] : [{ name: "Back to the page", url: back }]), OVERVIEW];
    return { title, lead: detail, advice: NOT_DONE[status] ?? "Nothing was changed. Go back and try again.", links };
  }
  const again = { name: "Try again", url: pathname + search };
  if (status === 400 && search !== "") {
    const links = [{ name: "Open without filter", url: pathname }, OVERVIEW];
    return { title: "Invalid address", lead: detail, advice: "A filter or position in the address is invalid.", links };
  }
  if (status === 403) {
    const advice = "Ask an admin of your team for a role that does.";
    return { title: "No access", lead: "Your role does not allow this.", advice, links: [OVERVIEW] };
  }
  if (status === 400 || status === 404 || status === 405) {
    const advice = "It may have been removed, or the address is incomplete.";
    const lead = status === 405 ? "This address takes forms only." : detail;
    return { title: "Page not found", lead, advice, links: [...sectionOf(pathname), OVERVIEW] };
  }
  return { title, lead: detail, advice: TRY_AGAIN[status] ?? "Try again, or go back.", links: [again, OVERVIEW] };
}

/** What became of a form. */
const NOT_DONE: Readonly<Record<number, string>> = {
  403: "Nothing was changed. Ask an admin of your team for a role that allows it.",
  404: "Nothing was changed. It may have been removed in the meantime.",
  409: "Nothing was changed. Somebody else may have been faster: go back and look at the current state.",
  412: "Nothing was changed. Somebody else saved first: go back, reload, and repeat your change.",
  500: "The change may have been made: look before you repeat it. Quote the request ID when you report the error.",
  503: "The change may have been made: look before you repeat it in a few seconds.",
};

const TRY_AGAIN: Readonly<Record<number, string>> = {
  429: "Wait a minute, then try again.",
  500: "Try again. If it fails again, quote the request ID when you report it.",
  503: "Sources are not affected: their deliveries are accepted and appear here later. Try again in a few seconds.",
};

const SECTIONS: readonly Link[] = ["Alerts", "Silences", "Deliveries", "Integrations", "Subscriptions", "Settings"].map(
  (name) => ({ name, url: `/${name.toLowerCase()}` }),
);

/** The list of the section that a path is in. */
const sectionOf = (pathname: string): Link[] =>
  SECTIONS.filter(({ url }) => pathname.startsWith(`${url}/`)).map(({ name, url }) => ({
    name: `All ${name.toLowerCase()}`,
    url,
  }));
