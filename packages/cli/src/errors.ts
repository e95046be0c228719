/** What can go wrong, and how a program that called us can tell. */

/** Exit codes. They are documented, and scripts lean on them: a new kind of failure gets a new number. */
export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, notFound: 4, unavailable: 5, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, for the help and the docs. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, "done"],
  [EXIT.failed, "the service refused, or something failed"],
  [EXIT.usage, "wrong usage"],
  [EXIT.denied, "not signed in, or not allowed"],
  [EXIT.notFound, "not found"],
  [EXIT.unavailable, "the service cannot be reached, or is not available"],
  [EXIT.interrupted, "interrupted by Ctrl-C"],
];

/** RFC 9457 problem details, as far as anything is told of them. */
interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

/** An expected way to fail: one line for people, a problem document for programs, an exit code for scripts. */
export class CliError extends Error {
  override name = "CliError";
  readonly exitCode: ExitCode;
  readonly problem: ProblemDocument;

  constructor(exitCode: ExitCode, message: string, problem?: ProblemDocument) {
    super(message);
    this.exitCode = exitCode;
    const title = EXIT_MEANINGS.find(([code]) => code === exitCode)?.[1] ?? "";
    this.problem = problem ?? { type: "about:blank", title, detail: message };
  }
}

/** The command line was not understood. */
export class UsageError extends CliError {
  override name = "UsageError";

  constructor(message: string) {
    super(EXIT.usage, `${message} (--help tells how)`);
  }
}

/** There is no answer, or one that breaks off. */
export class UnreachableError extends CliError {
  override name = "UnreachableError";

  constructor(message: string) {
    super(EXIT.unavailable, message);
  }
}

/** The service answered that it will not. */
export class RefusedError extends CliError {
  override name = "RefusedError";
  readonly retryAfterSeconds: number | null;

  /** @param body what it said, parsed when it was JSON */
  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : null;
    const { status, headers } = response;
    super(
      exitOf(status),
      problem ? describe(problem) : describeStranger(response),
      problem ?? { type: "about:blank", status, detail: describeStranger(response) },
    );
    const retryAfter = headers.get("retry-after") ?? "";
    this.retryAfterSeconds = /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) : null;
  }
}

/** The exit code for an HTTP status. */
export function exitOf(status: number): ExitCode {
  if (status >= 200 && status < 300) return EXIT.done;
  if (status === 401 || status === 403) return EXIT.denied;
  if (status === 404) return EXIT.notFound;
  return status === 429 || (status >= 502 && status <= 504) ? EXIT.unavailable : EXIT.failed;
}

/** Of several failures the one that matters most: what may be tried again, then what was refused, then what is not there. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.unavailable, EXIT.denied, EXIT.failed, EXIT.notFound];
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}

const isProblem = (body: unknown): body is ProblemDocument =>
  typeof body === "object" && body !== null && ("detail" in body || "title" in body);

function describe({ title, detail, errors = [] }: ProblemDocument): string {
  const fields = errors.map((error) => `${error.pointer}: ${error.detail}`).join("; ");
  return `${detail ?? title ?? "refused"}${fields && ` (${fields})`}`;
}

function describeStranger({ status, statusText, headers }: Response): string {
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location)
    return `the answer is a redirect: use the URL that it leads to, ${location}`;
  return `the answer is ${[status, statusText].join(" ").trim()}, and not one that Tocsin gives: is the URL right?`;
}
