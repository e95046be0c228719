/** Errors as RFC 9457 problem details, the only shape in which Tocsin reports one. */

/** Every kind of problem: its status and its title. */
const PROBLEMS = {
  "invalid-request": [400, "The request is not valid"],
  "invalid-body": [400, "The body cannot be read"],
  unauthenticated: [401, "Authentication is needed"],
  "verification-failed": [401, "The delivery could not be verified"],
  forbidden: [403, "Not allowed"],
  "not-found": [404, "Not found"],
  conflict: [409, "The request does not fit the present state"],
  disabled: [410, "The integration is disabled"],
  "precondition-failed": [412, "It has changed meanwhile"],
  "too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "The body is in a format that is not taken"],
  "idempotency-key-reused": [422, "The Idempotency-Key was used for another request"],
  "too-many-requests": [429, "Too many requests"],
  internal: [500, "Something went wrong on our side"],
  unavailable: [503, "Not available for the moment"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemType = keyof typeof PROBLEMS;

export interface FieldError {
  /** JSON Pointer (RFC 6901) to what is wrong. */
  pointer: string;
  detail: string;
}

/** An error that the client may see as it is. */
export class Problem extends Error {
  override name = "Problem";
  readonly type: ProblemType;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    type: ProblemType,
    detail: string,
    options: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.type = type;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.type][0];
  }

  /** The problem as JSON; `requestId` makes its `instance`, under which a trace can be found. */
  toJson(requestId: string) {
    const [status, title] = PROBLEMS[this.type];
    return {
      type: `urn:tocsin:problem:${this.type}`,
      title,
      status,
      detail: this.message,
      instance: `urn:uuid:${requestId}`,
      ...(this.errors && { errors: this.errors }),
    };
  }

  /** The same as a response. */
  toResponse(requestId: string): Response {
    return new Response(JSON.stringify(this.toJson(requestId)), {
      status: this.status,
      headers: { ...this.headers, "content-type": "application/problem+json", "x-request-id": requestId },
    });
  }
}
