/** Users, sessions and teams for the tests inside workerd. */
import { MINUTE } from "../../../src/lib/time.ts";
import { api, call } from "../../support/worker.ts";

export const ORIGIN = "https://tocsin.test";
export const PASSWORD = "correct horse battery staple";

export interface User {
  id: string;
  email: string;
  setPasswordToken: string | null;
}

/** The response of `GET /v1/session`. */
export interface SessionCaller {
  actor: string;
  user: User | null;
  scopes: string[];
  teams: { id: string; role: string | null; scopes: string[] }[];
}

let created = 0;
export const newEmail = () => `user-${++created}-${crypto.randomUUID().slice(0, 8)}@x.test`;

export async function createUser(fields: object = {}): Promise<User> {
  const { status, body } = await api<User>("POST", "/v1/users", {
    email: newEmail(),
    name: "Ada",
    password: PASSWORD,
    ...fields,
  });
  if (status !== 201) throw new Error(`create user: ${status} ${JSON.stringify(body)}`);
  return body;
}

export const signIn = (email: string, password = PASSWORD, headers: Record<string, string> = {}) =>
  call<SessionCaller>("POST", "/v1/session", {
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ email, password }),
  });

export const setPassword = (token: string | null, newPassword: string) =>
  call("POST", "/v1/session/password", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, newPassword }),
  });

/** The session cookie that a response sets. */
export const cookieOf = (headers: Headers): string => headers.getSetCookie()[0]?.split(";")[0] ?? "";

/** Calls /v1 with a session cookie, from a page of the service. */
export const callAs = <Body = Record<string, unknown>>(cookie: string, method: string, path: string, body?: unknown) =>
  call<Body>(method, path, {
    headers: { cookie, origin: ORIGIN, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Creates a user and signs them in. */
export async function createSignedInUser(fields: object = {}): Promise<User & { cookie: string }> {
  const user = await createUser(fields);
  const { headers } = await signIn(user.email);
  return { ...user, cookie: cookieOf(headers) };
}

export const createTeam = async (): Promise<string> =>
  (await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" })).body.id;

export const setRole = (teamId: string, userId: string, role: string) =>
  api("PUT", `/v1/teams/${teamId}/members/${userId}`, { role });

/**
 * Repeats work that a new minute, and so a new window of the limiter, interrupted. The work creates the user or address that
 * it counts attempts of: those of the interrupted run count in the new minute, too.
 */
export async function withinOneMinute<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const started = Math.floor(Date.now() / MINUTE);
    const result = await work();
    if (Math.floor(Date.now() / MINUTE) === started) return result;
  }
}
