/** RFC 9457 problem details: the only format in which Tocsin reports an error. */

/** Status code and title by problem type. */
const PROBLEMS = {
  "invalid-request": [400, "Invalid request"],
  "invalid-body": [400, "Invalid body"],
  unauthenticated: [401, "Authentication required"],
  "verification-failed": [401, "Verification failed"],
  forbidden: [403, "Forbidden"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "Method not allowed"],
  conflict: [409, "Conflict with the current state"],
  disabled: [410, "Integration disabled"],
  "precondition-failed": [412, "Version mismatch"],
  "too-large": [413, "Body too large"],
  "unsupported-media-type": [415, "Unsupported media type"],
  "idempotency-key-reused": [422, "Idempotency-Key reused"],
  "too-many-requests": [429, "Too many requests"],
  internal: [500, "Internal error"],
  unavailable: [503, "Temporarily unavailable"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof PROBLEMS;

/** Every problem type, with its status code and title. */
export const PROBLEM_TYPES = Object.entries(PROBLEMS).map(([type, [status, title]]) => ({
  type: toUrn(type),
  status,
  title,
}));

function toUrn(type: string): string {
  return `urn:tocsin:problem:${type}`;
}

/** `Retry-After` of a 503 that does not set its own. */
export const RETRY_AFTER_SECONDS = "5";

export interface FieldError {
  /** JSON Pointer (RFC 6901) to the invalid field. */
  pointer: string;
  detail: string;
  /** Where the fault starts in the text of the field, in UTF-16 units from 0. */
  offset?: number;
}

/** An error whose message is shown to the client. */
export class Problem extends Error {
  override name = "Problem";
  readonly type: ProblemType;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, string>>;

  constructor(
    type: ProblemType,
    detail: string,
    options: {
      errors?: readonly FieldError[];
      headers?: Readonly<Record<string, string>>;
      /** Further members of the problem (RFC 9457 §3.2). */
      members?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(detail);
    this.type = type;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.members = options.members ?? {};
  }

  get status(): number {
    return PROBLEMS[this.type][0];
  }

  /** Converts the problem to JSON. Its `instance` contains the request id, which the log has too. */
  toJson(requestId: string) {
    const [status, title] = PROBLEMS[this.type];
    return {
      type: toUrn(this.type),
      title,
      status,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...this.members,
      ...(this.errors && { errors: this.errors }),
    };
  }

  /** The parts of an `application/problem+json` response. */
  toAnswer(requestId: string): { status: number; headers: Record<string, string>; body: string } {
    const headers = {
      ...(this.type === "unavailable" && { "retry-after": RETRY_AFTER_SECONDS }),
      ...this.headers,
      "content-type": "application/problem+json",
      "x-request-id": requestId,
    };
    return { status: this.status, headers, body: JSON.stringify(this.toJson(requestId)) };
  }

  /** Converts the problem to an `application/problem+json` response. */
  toResponse(requestId: string): Response {
    const { status, headers, body } = this.toAnswer(requestId);
    return new Response(body, { status, headers });
  }
}

/** The problem of an unexpected error, whose text is only in the log. */
export const internalError = (): Problem =>
  new Problem("internal", "Internal error. Quote the `instance` id when you report it.");
