/**
 * A fake of Cloudflare's API, as far as the real wrangler needs it to deploy a Worker (CLOUDFLARE_API_BASE_URL). It also answers
 * /healthz, /readyz, `POST /in/…` and `POST /v1/integrations/sync` in the place of the deployed Worker. https://developers.cloudflare.com/api/resources/workers/
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Version {
  id: string;
  bindings: { type: string; name: string; text?: string }[];
}

export interface Cloudflare {
  url: string;
  /** The environment for wrangler to use it. */
  env: Record<string, string>;
  /** Requests other than GET: `PUT /accounts/…`. */
  writes: string[];
  /** The `Authorization` headers of the requests to sync integrations. */
  syncs: (string | undefined)[];
  /** Versions of each Worker, oldest first. The last one is deployed. */
  workers: Map<string, Version[]>;
  /** The parts that a test changes: the account, and the zone before the Worker. */
  settings: {
    /** The workers.dev subdomain of the account. */
    subdomain: string | null;
    /** Whether the zone blocks this User-Agent. */
    blocks: (userAgent: string | undefined) => boolean;
    /** A Free plan rejects Workers with a CPU limit. */
    isFreePlan: boolean;
  };
  close(): Promise<void>;
}

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TOKEN = "cloudflare-token-of-the-tests";

class ApiError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

interface Upload {
  body: Buffer<ArrayBuffer>;
  contentType: string;
}

const formOf = ({ body, contentType }: Upload): Promise<FormData> =>
  new Response(body, { headers: { "content-type": contentType } }).formData();

/**
 * Starts it on a free loopback port.
 * @param onUpload awaited before the upload of a Worker is answered
 */
export async function startCloudflare(onUpload: () => Promise<void> | void = () => {}): Promise<Cloudflare> {
  const workers = new Map<string, Version[]>();
  const writes: string[] = [];
  const syncs: (string | undefined)[] = [];
  const settings: Cloudflare["settings"] = { subdomain: "example", blocks: () => false, isFreePlan: false };
  const versionsOf = (name: string): Version[] => {
    const versions = workers.get(name);
    if (!versions) throw new ApiError(404, 10_007, "This Worker does not exist on your account.");
    return versions;
  };
  const newest = (name: string): Version => versionsOf(name).at(-1)!;

  const addVersion = async (name: string, request: Upload): Promise<Version> => {
    if (settings.isFreePlan) {
      throw new ApiError(400, 100_328, "CPU limits are not supported for the Free plan. Switch to a paid plan.");
    }
    const metadata = (await formOf(request)).get("metadata");
    const { bindings, keep_bindings: kept = [] } = JSON.parse(
      typeof metadata === "string" ? metadata : await (metadata as Blob).text(),
    ) as { bindings: Version["bindings"]; keep_bindings?: string[] };
    const versions = workers.get(name) ?? [];
    const before = versions.at(-1)?.bindings ?? [];
    const own = bindings.map((one) =>
      one.type === "inherit" ? before.find((other) => other.name === one.name)! : one,
    );
    const names = new Set(own.map((one) => one.name));
    const stays = before.filter((one) => kept.includes(one.type) && !names.has(one.name));
    const version = { id: randomUUID(), bindings: [...own, ...stays] };
    workers.set(name, [...versions, version]);
    await onUpload();
    return version;
  };

  /** Cloudflare returns no value of a secret. */
  const shown = ({ id, bindings }: Version) => ({
    id,
    metadata: {},
    startup_time_ms: 1,
    resources: {
      bindings: bindings.map(({ text, ...one }) => (one.type === "secret_text" ? one : { ...one, text })),
      script: { handlers: ["fetch"] },
      script_runtime: {},
    },
  });

  const account = { id: ACCOUNT, name: "Example" };
  const script = "/accounts/:id/workers/scripts/:name";
  const routes: Record<string, (name: string, request: Upload, last: string) => unknown> = {
    "GET /user": () => ({ id: "user", email: "operator@example.com" }),
    "GET /user/tokens/verify": () => ({ id: "token", status: "active" }),
    "GET /accounts": () => [account],
    "GET /memberships": () => [{ id: ACCOUNT, account }],
    "GET /accounts/:id/workers/subdomain": () => {
      if (settings.subdomain === null) throw new ApiError(404, 10_007, "The account has no subdomain.");
      return { subdomain: settings.subdomain };
    },
    "GET /accounts/:id/workers/scripts": () => [...workers.keys()].map((id) => ({ id, migration_tag: "v1" })),
    "GET /accounts/:id/workers/services/:name": (name) =>
      versionsOf(name) && {
        id: name,
        default_environment: { environment: "production", script: { tag: name, tags: [], migration_tag: "v1" } },
      },
    "GET /accounts/:id/workers/workers/:name": (name) =>
      versionsOf(name) && { id: name, name, subdomain: { enabled: true, previews_enabled: false } },
    [`PUT ${script}`]: async (name, request) => {
      const { id } = await addVersion(name, request);
      return { id: name, deployment_id: id.replaceAll("-", ""), startup_time_ms: 1 };
    },
    [`POST ${script}/versions`]: async (name, request) => shown(await addVersion(name, request)),
    [`POST ${script}/deployments`]: () => ({ id: randomUUID() }),
    [`GET ${script}/versions/:last`]: (name, _, last) => shown(versionsOf(name).find(({ id }) => id === last)!),
    [`GET ${script}/deployments`]: (name) => {
      const versions = [{ version_id: newest(name).id, percentage: 100 }];
      return { deployments: [{ id: randomUUID(), versions, created_on: new Date(0).toISOString(), source: "api" }] };
    },
    [`GET ${script}/settings`]: (name) => ({ bindings: newest(name).bindings }),
    [`PATCH ${script}/script-settings`]: () => ({}),
    [`GET ${script}/secrets`]: (name) => newest(name).bindings.filter(({ type }) => type === "secret_text"),
    [`POST ${script}/subdomain`]: () => ({ enabled: true, previews_enabled: false }),
    [`PUT ${script}/schedules`]: () => ({ schedules: [] }),
    [`POST ${script}/assets-upload-session`]: (_, { body }) => {
      const { manifest } = JSON.parse(body.toString()) as { manifest: Record<string, { hash: string }> };
      return { jwt: webToken(), buckets: [Object.values(manifest).map(({ hash }) => hash)] };
    },
    "POST /accounts/:id/workers/assets/upload": () => ({ jwt: webToken() }),
  };
  const patterns = Object.entries(routes).map(
    ([route, handler]) =>
      [new RegExp(`^${route.replace(/:(name|last)/g, "(?<$1>[\\w-]+)").replace(":id", "\\w+")}$`), handler] as const,
  );

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const { pathname } = new URL(request.url ?? "/", "http://stand-in");
    const [worker] = workers.keys();
    if (pathname === "/healthz") return { status: 200, body: { status: "ok", version: worker && newest(worker).id } };
    if (pathname === "/readyz") return { status: 200, body: {} };
    if (pathname.startsWith("/in/")) {
      if (settings.blocks(request.headers["user-agent"])) return { status: 403, body: "Just a moment..." };
      return { status: 404, body: { type: "urn:tocsin:problem:not-found", status: 404 } };
    }
    if (pathname === "/v1/integrations/sync") {
      syncs.push(request.headers.authorization);
      return { status: 200, body: { synced: 3, failed: [], nextCursor: null } };
    }
    const route = `${request.method} ${pathname}`;
    if (request.method !== "GET") writes.push(route);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const upload = { body: Buffer.concat(chunks), contentType: request.headers["content-type"] ?? "" };
    const isAsset = pathname.endsWith("/assets/upload");
    try {
      if (!isAsset && request.headers.authorization !== `Bearer ${TOKEN}`) {
        throw new ApiError(403, 10_000, "Authentication error");
      }
      for (const [pattern, handler] of patterns) {
        const match = pattern.exec(route);
        if (!match) continue;
        const result = await handler(match.groups?.name ?? "", upload, match.groups?.last ?? "");
        return { status: isAsset ? 201 : 200, body: { success: true, errors: [], messages: [], result } };
      }
      throw new ApiError(404, 7003, `The stand-in has no ${route}`);
    } catch (error) {
      const { status, code, message } = error instanceof ApiError ? error : new ApiError(500, 1, String(error));
      return { status, body: { success: false, errors: [{ code, message }], messages: [], result: null } };
    }
  };

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: { CLOUDFLARE_API_BASE_URL: url, CLOUDFLARE_API_TOKEN: TOKEN, CLOUDFLARE_ACCOUNT_ID: "", CI: "1" },
    writes,
    syncs,
    workers,
    settings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Wrangler reads the token of an assets upload, and checks no signature. */
const webToken = (): string =>
  ["{}", "{}", createHash("sha256").update("assets").digest("hex")]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
