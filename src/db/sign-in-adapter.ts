import type { BetterAuthOptions, DBAdapter, Where } from "better-auth";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { APIError } from "better-auth/api";
import { eq } from "drizzle-orm";
import { hashOf } from "../lib/api-key.ts";
import { keepSession } from "./accounts.ts";
import type { Database } from "./client.ts";
import { accounts, sessions, users, verifications } from "./schema.ts";

type Row = Record<string, unknown>;

/** Tokens of identity providers. Tocsin never uses them, so they are not stored. */
const PROVIDER_TOKENS = new Set([
  "accessToken",
  "refreshToken",
  "idToken",
  "accessTokenExpiresAt",
  "refreshTokenExpiresAt",
]);

/**
 * The database adapter of better-auth for our tables. It stores only hashes of session tokens: it hashes the tokens in
 * requests, and returns a session with the token that better-auth searched for.
 * @param isByPassword whether the user signs in with a password: the session stays only if the password is still the same
 */
export const signInAdapter =
  (db: Database, isByPassword: boolean) =>
  (options: BetterAuthOptions): DBAdapter => {
    const rows = drizzleAdapter(db, {
      provider: "pg",
      usePlural: true,
      schema: { users, accounts, sessions, verifications },
    })(options);
    /** The hash of the password that better-auth compares. */
    let comparedHash: string | null = null;
    const adapter: DBAdapter = {
      ...rows,
      async create<Data extends Row, Result = Data>(request: { model: string; data: Omit<Data, "id"> }) {
        const row = await rows.create<Row, Row>({ ...request, data: await storable(request.model, request.data) });
        if (request.model !== "session") return row as Result;
        if (isByPassword && !(await keepSession(db, String(row.userId), String(row.id), comparedHash ?? ""))) {
          throw new APIError("UNAUTHORIZED");
        }
        return { ...row, token: (request.data as Row).token } as Result;
      },
      async findOne<Result>(request: Parameters<DBAdapter["findOne"]>[0]) {
        const [condition] = request.where;
        if (request.model === "user" && request.join?.account && condition?.field === "email") {
          const found = await findWithAccounts(db, String(condition.value));
          comparedHash = found?.account.find(({ providerId }) => providerId === "credential")?.password ?? null;
          return found as Result | null;
        }
        const row = await rows.findOne<Row>(await hashTokens(request));
        const token = request.model === "session" ? request.where.find(({ field }) => field === "token")?.value : null;
        return (row && token ? { ...row, token } : row) as Result | null;
      },
      findMany: async (request) => rows.findMany(await hashTokens(request)),
      count: async (request) => rows.count(await hashTokens(request)),
      update: async (request) =>
        rows.update({ ...(await hashTokens(request)), update: await storable(request.model, request.update) }),
      updateMany: async (request) =>
        rows.updateMany({ ...(await hashTokens(request)), update: await storable(request.model, request.update) }),
      delete: async (request) => rows.delete(await hashTokens(request)),
      deleteMany: async (request) => rows.deleteMany(await hashTokens(request)),
      consumeOne: async (request) => rows.consumeOne(await hashTokens(request)),
      incrementOne: async (request) => rows.incrementOne(await hashTokens(request)),
      // The driver has no interactive transactions, so the work runs on this adapter.
      transaction: (work) => work(adapter),
    };
    return adapter;
  };

/** A request with hashed session tokens. */
const hashTokens = async <Request extends { model: string; where?: Where[] | undefined }>(request: Request) =>
  request.model === "session" && request.where
    ? { ...request, where: await Promise.all(request.where.map(hashToken)) }
    : request;

/** Finds a user with accounts in one query, so that an unknown address takes as long as a known one. */
async function findWithAccounts(db: Database, email: string) {
  const found = await db
    .select({ user: users, account: accounts })
    .from(users)
    .leftJoin(accounts, eq(accounts.userId, users.id))
    .where(eq(users.email, email));
  const [first] = found;
  return first ? { ...first.user, account: found.flatMap(({ account }) => account ?? []) } : null;
}

/** A row without the values that are not stored. */
async function storable(model: string, row: Row): Promise<Row> {
  if (model === "account") return Object.fromEntries(Object.entries(row).filter(([key]) => !PROVIDER_TOKENS.has(key)));
  if (model === "session" && typeof row.token === "string") return { ...row, token: await hashOf(row.token) };
  return row;
}

async function hashToken(condition: Where): Promise<Where> {
  const { field, value } = condition;
  if (field !== "token") return condition;
  if (typeof value === "string") return { ...condition, value: await hashOf(value) };
  return Array.isArray(value)
    ? { ...condition, value: await Promise.all(value.map((one) => hashOf(String(one)))) }
    : condition;
}
