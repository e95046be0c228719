/**
 * A stand-in for Cloudflare's API, as far as wrangler requireScope it to deploy a Worker: versions, deployments, secrets, assets. wrangler
 * itself runs against it, by CLOUDFLARE_API_BASE_URL. It refuses what Cloudflare is known to refuse.
 * https://developers.cloudflare.com/api/resources/workers/
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Binding {
  type: string;
  name: string;
  text?: string;
}

export interface Version {
  id: string;
  number: number;
  bindings: Binding[];
  /** File name → content of its modules. */
  modules: Map<string, Buffer>;
  tag: string | null;
}

export interface DeployedWorker {
  versions: Version[];
  /** Newest first. */
  deployments: { id: string; versions: { version_id: string; percentage: number }[]; created_on: string }[];
  migrationTag: string | null;
  schedules: unknown[];
}

export interface Cloudflare {
  /** What makes wrangler talk to it. */
  env: Record<string, string>;
  /** Every request that it got: `GET /accounts/…`. */
  requests: string[];
  /** Those that could change something. */
  writes(): string[];
  workers: Map<string, DeployedWorker>;
  /** The version that a Worker's requests go to. */
  current(worker: string): Version | undefined;
  close(): Promise<void>;
}

const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TOKEN = "stand-in-token-that-nobody-may-print";

class ApiError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const noSuchWorker = () => new ApiError(404, 10_007, "This Worker does not exist on your account.");

interface Request {
  url: URL;
  body: Buffer;
  contentType: string;
}

type Handler = (request: Request, ...parts: string[]) => unknown;

/** Starts it on a free loopback port. */
export async function startCloudflare({
  onDeployment = async () => {},
  accounts = 1,
}: {
  /** Waited for before a deployment is answered. */
  onDeployment?: (worker: string, version: Version) => Promise<void>;
  accounts?: number;
} = {}): Promise<Cloudflare> {
  const workers = new Map<string, DeployedWorker>();
  const assets = new Set<string>();
  const requests: string[] = [];

  const known = Array.from({ length: accounts }, (_, index) => ({
    id: index === 0 ? ACCOUNT : String(index).repeat(32),
    name: `Account ${index}`,
  }));

  const workerOf = (name: string): DeployedWorker => {
    const worker = workers.get(name);
    if (!worker) throw noSuchWorker();
    return worker;
  };
  const current = (name: string): Version | undefined => {
    const worker = workers.get(name);
    const [newest] = worker?.deployments ?? [];
    const most = newest?.versions.toSorted((a, b) => b.percentage - a.percentage)[0];
    return worker?.versions.find(({ id }) => id === most?.version_id);
  };

  const deploy = async (name: string, versions: { version_id: string; percentage: number }[]) => {
    const worker = workerOf(name);
    const first = worker.versions.find(({ id }) => id === versions[0]?.version_id);
    if (!first) throw new ApiError(404, 10_013, "The version does not exist.");
    const deployment = { id: randomUUID(), versions, created_on: new Date().toISOString() };
    worker.deployments.unshift(deployment);
    await onDeployment(name, first);
    return { ...deployment, source: "api", strategy: "percentage", author_email: "", annotations: {} };
  };

  const upload = async (name: string, request: Request, mayMigrate: boolean): Promise<Version> => {
    const form = await new Response(new Uint8Array(request.body), {
      headers: { "content-type": request.contentType },
    }).formData();
    const {
      bindings,
      migrations,
      keep_bindings: kept,
      annotations,
    } = JSON.parse(await textOf(form.get("metadata"))) as {
      bindings: Binding[];
      migrations?: { new_tag?: string; steps?: unknown[] };
      keep_bindings?: string[];
      annotations?: Record<string, string>;
    };
    const worker = workers.get(name) ?? { versions: [], deployments: [], migrationTag: null, schedules: [] };
    const isMigration = migrations !== undefined && (migrations.steps?.length ?? 0) > 0;
    if (isMigration && !mayMigrate) {
      throw new ApiError(400, 10_211, "Versions that change Durable Object classes cannot be uploaded: deploy them.");
    }
    const before = worker.versions.at(-1)?.bindings ?? [];
    const own = bindings.map((binding) => {
      if (binding.type !== "inherit") return binding;
      const inherited = before.find((other) => other.name === binding.name);
      if (!inherited) throw new ApiError(400, 10_057, `inherit binding '${binding.name}' is invalid: there is none.`);
      return inherited;
    });
    const names = new Set(own.map((binding) => binding.name));
    const stays = before.filter((binding) => kept?.includes(binding.type) && !names.has(binding.name));
    const modules = new Map<string, Buffer>();
    for (const value of form.values()) {
      if (typeof value !== "string") modules.set(value.name, Buffer.from(await value.arrayBuffer()));
    }
    if (isMigration) worker.migrationTag = migrations.new_tag ?? null;
    const version: Version = {
      id: randomUUID(),
      number: worker.versions.length + 1,
      bindings: [...own, ...stays],
      modules,
      tag: annotations?.["workers/tag"] ?? null,
    };
    worker.versions.push(version);
    workers.set(name, worker);
    return version;
  };

  /** Secrets are part of a version: changing one makes a new one, which is deployed at once. */
  const changeSecrets = async (name: string, change: Map<string, string | null>) => {
    const worker = workerOf(name);
    const last = worker.versions.at(-1);
    if (!last) throw noSuchWorker();
    const bindings = last.bindings.filter((binding) => !change.has(binding.name));
    for (const [secret, text] of change) if (text !== null) bindings.push({ type: "secret_text", name: secret, text });
    const version = { ...last, id: randomUUID(), number: worker.versions.length + 1, bindings };
    worker.versions.push(version);
    await deploy(name, [{ version_id: version.id, percentage: 100 }]);
  };

  const shown = (version: Version) => ({
    id: version.id,
    number: version.number,
    metadata: { author_email: "", created_on: new Date(0).toISOString(), source: "wrangler", has_preview: false },
    annotations: { ...(version.tag !== null && { "workers/tag": version.tag }) },
    startup_time_ms: 1,
    resources: {
      // What a secret is, Cloudflare tells nobody.
      bindings: version.bindings.map(({ text, ...binding }) =>
        binding.type === "secret_text" || text === undefined ? binding : { ...binding, text },
      ),
      script: { etag: version.id, handlers: ["fetch"], last_deployed_from: "wrangler" },
      script_runtime: {},
    },
  });
  const jsonOf = <T>({ body }: Request): T => JSON.parse(body.toString()) as T;

  const routes: [string, RegExp, Handler][] = [
    ["GET", /^\/user\/tokens\/verify$/, () => ({ id: "token", status: "active" })],
    ["GET", /^\/user$/, () => ({ id: "user", email: "operator@example.com" })],
    ["GET", /^\/accounts$/, () => known],
    ["GET", /^\/memberships$/, () => known.map((account) => ({ id: account.id, account }))],
    ["GET", /^\/accounts\/\w+\/workers\/subdomain$/, () => ({ subdomain: "stand-in" })],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/services\/([\w-]+)$/,
      (_, name = "") => {
        const { migrationTag } = workerOf(name);
        const script = { tag: name, tags: [], migration_tag: migrationTag, last_deployed_from: "wrangler" };
        return { id: name, default_environment: { environment: "production", script } };
      },
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/workers\/([\w-]+)$/,
      (_, name = "") => ({
        id: name,
        name,
        subdomain: { enabled: workerOf(name) !== undefined, previews_enabled: false },
      }),
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts$/,
      () => [...workers].map(([id, { migrationTag }]) => ({ id, migration_tag: migrationTag })),
    ],
    ["PATCH", /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/script-settings$/, (_, name = "") => workerOf(name) && {}],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/settings$/,
      (_, name = "") => shown(workerOf(name).versions.at(-1)!).resources,
    ],
    [
      "POST",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/assets-upload-session$/,
      (request) => {
        const { manifest } = jsonOf<{ manifest: Record<string, { hash: string }> }>(request);
        const hashes = Object.values(manifest).map(({ hash }) => hash);
        const unknown = hashes.filter((hash) => !assets.has(hash));
        return { jwt: webToken(), buckets: unknown.length > 0 ? [unknown] : [] };
      },
    ],
    [
      "POST",
      /^\/accounts\/\w+\/workers\/assets\/upload$/,
      async ({ body, contentType }) => {
        const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
        for (const hash of form.keys()) assets.add(hash);
        return { jwt: webToken() };
      },
    ],
    [
      "PUT",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)$/,
      async (request, name = "") => {
        const version = await upload(name, request, true);
        await deploy(name, [{ version_id: version.id, percentage: 100 }]);
        return { id: name, deployment_id: version.id.replaceAll("-", ""), startup_time_ms: 1 };
      },
    ],
    [
      "POST",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/versions$/,
      async (request, name = "") => workerOf(name) && shown(await upload(name, request, false)),
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/versions$/,
      (_, name = "") => ({ items: workerOf(name).versions.map(shown).toReversed() }),
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/versions\/([\w-]+)$/,
      (_, name = "", id = "") => {
        const version = workerOf(name).versions.find((each) => each.id === id);
        if (!version) throw new ApiError(404, 10_013, "The version does not exist.");
        return shown(version);
      },
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/deployments$/,
      (_, name = "") => ({
        deployments: workerOf(name).deployments.map((deployment) => ({
          ...deployment,
          source: "api",
          strategy: "percentage",
          author_email: "",
          annotations: {},
        })),
      }),
    ],
    [
      "POST",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/deployments$/,
      (request, name = "") =>
        deploy(name, jsonOf<{ versions: { version_id: string; percentage: number }[] }>(request).versions),
    ],
    [
      "GET",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/secrets$/,
      (_, name = "") =>
        (workerOf(name).versions.at(-1)?.bindings ?? [])
          .filter(({ type }) => type === "secret_text")
          .map(({ name: secret, type }) => ({ name: secret, type })),
    ],
    [
      "PUT",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/secrets$/,
      async (request, name = "") => {
        const { name: secret, text } = jsonOf<{ name: string; text: string }>(request);
        await changeSecrets(name, new Map([[secret, text]]));
        return { name: secret, type: "secret_text" };
      },
    ],
    [
      "PATCH",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/secrets-bulk$/,
      async (request, name = "") => {
        const { secrets } = jsonOf<{ secrets: Record<string, { text: string } | null> }>(request);
        await changeSecrets(
          name,
          new Map(Object.entries(secrets).map(([secret, value]) => [secret, value?.text ?? null])),
        );
        return {};
      },
    ],
    [
      "POST",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/subdomain$/,
      (request, name = "") =>
        workerOf(name) && { enabled: jsonOf<{ enabled: boolean }>(request).enabled, previews_enabled: false },
    ],
    [
      "PUT",
      /^\/accounts\/\w+\/workers\/scripts\/([\w-]+)\/schedules$/,
      (request, name = "") => {
        const schedules = jsonOf<unknown[]>(request);
        workerOf(name).schedules = schedules;
        return { schedules };
      },
    ],
  ];

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const url = new URL(request.url ?? "/", "http://stand-in");
    requests.push(`${request.method} ${url.pathname}`);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const contentType = request.headers["content-type"] ?? "";
    const failed = (status: number, code: number, message: string) => ({
      status,
      body: { success: false, errors: [{ code, message }], messages: [], result: null },
    });
    const isUpload = url.pathname.endsWith("/assets/upload");
    if (!isUpload && request.headers.authorization !== `Bearer ${TOKEN}`)
      return failed(403, 10_000, "Authentication error");
    for (const [method, pattern, handler] of routes) {
      const match = method === request.method ? pattern.exec(url.pathname) : null;
      if (!match) continue;
      try {
        const result = await handler({ url, body: Buffer.concat(chunks), contentType }, ...match.slice(1));
        return { status: isUpload ? 201 : 200, body: { success: true, errors: [], messages: [], result } };
      } catch (error) {
        if (error instanceof ApiError) return failed(error.status, error.code, error.message);
        throw error;
      }
    }
    return failed(404, 7003, `the stand-in has nothing at ${request.method} ${url.pathname}`);
  };

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => ({
        status: 500,
        body: { success: false, errors: [{ code: 1, message: String(error) }], result: null },
      }))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}`,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: "",
      WRANGLER_SEND_METRICS: "false",
      CI: "1",
    },
    requests,
    writes: () => requests.filter((request) => !request.startsWith("GET ")),
    workers,
    current,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const textOf = async (part: string | Blob | null): Promise<string> =>
  part === null || typeof part === "string" ? (part ?? "") : part.text();

/** wrangler looks into the token that goes with assets, and checks no signature. */
const webToken = (): string =>
  ["{}", "{}", createHash("sha256").update("assets").digest("hex")]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
