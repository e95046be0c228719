/** The failures that the program reports, and their exit codes. */

/** Scripts depend on these numbers: a new kind of failure gets a new number. */
export const EXIT = { done: 0, failed: 1, usage: 2, denied: 3, notFound: 4, unavailable: 5, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The meaning of each exit code, for the help and the docs. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, "success"],
  [EXIT.failed, "the service rejected the request, or something failed"],
  [EXIT.usage, "wrong usage"],
  [EXIT.denied, "not signed in, or not allowed"],
  [EXIT.notFound, "not found"],
  [EXIT.unavailable, "the service is unreachable or unavailable"],
  [EXIT.interrupted, "interrupted by Ctrl-C"],
];

/** Problem details (RFC 9457). */
interface ProblemDocument {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  errors?: { pointer: string; detail: string }[];
}

/** An expected failure: one line for people, a problem document for programs, an exit code for scripts. */
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

/** The command line is wrong. */
export class UsageError extends CliError {
  override name = "UsageError";

  constructor(message: string) {
    super(EXIT.usage, message);
  }
}

/** The service sent no response, or an incomplete one. */
export class UnreachableError extends CliError {
  override name = "UnreachableError";

  constructor(message: string) {
    super(EXIT.unavailable, message);
  }
}

/** The service responded with an error status. */
export class ResponseError extends CliError {
  override name = "ResponseError";
  readonly retryAfterSeconds: number | null;

  /** @param body the response body: parsed if it is JSON, else its text */
  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : null;
    const { status, headers } = response;
    super(
      exitCodeFor(status),
      problem ? describe(problem) : describeForeign(response),
      problem ?? { type: "about:blank", status, detail: describeForeign(response) },
    );
    const retryAfter = headers.get("retry-after") ?? "";
    this.retryAfterSeconds = /^\d{1,4}$/.test(retryAfter) ? Number(retryAfter) : null;
  }
}

/** The exit code for an HTTP status. */
export function exitCodeFor(status: number): ExitCode {
  if (status >= 200 && status < 300) return EXIT.done;
  if (status === 401 || status === 403) return EXIT.denied;
  if (status === 404) return EXIT.notFound;
  return status === 429 || (status >= 502 && status <= 504) ? EXIT.unavailable : EXIT.failed;
}

/** The exit code for several failures: first failures that a retry may fix, then denied, rejected and not found ones. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.unavailable, EXIT.denied, EXIT.failed, EXIT.notFound];
  return order.find((code) => codes.includes(code)) ?? EXIT.done;
}

const isProblem = (body: unknown): body is ProblemDocument =>
  typeof body === "object" && body !== null && ("detail" in body || "title" in body);

function describe({ title, detail, errors = [] }: ProblemDocument): string {
  const fields = errors.map((error) => `${error.pointer}: ${error.detail}`).join("; ");
  return `${detail ?? title ?? "The service rejected the request."}${fields && ` (${fields})`}`;
}

/** Describes a response that does not come from Tocsin. */
function describeForeign({ status, statusText, headers }: Response): string {
  const location = headers.get("location");
  if (status >= 300 && status < 400 && location) return `The service redirects to ${location}. Use that URL.`;
  return `The response (${[status, statusText].join(" ").trim()}) does not come from Tocsin. Check the URL.`;
}
