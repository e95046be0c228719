/** An identity provider for tests in plain Node: real HTTP, real signatures, and every fault that a test asks for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export type Endpoint = "discovery" | "token" | "keys" | "userinfo";

/** Answers a request to an endpoint. */
export type Answer = (response: ServerResponse) => void;

export const CLIENT_ID = "tocsin";
export const NONCE = "the nonce of the sign-in";

/** Answers with JSON. */
export const json =
  (body: unknown, status = 200): Answer =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

export class FakeProvider {
  readonly #server: Server;
  readonly #key: Awaited<ReturnType<typeof generateKeyPair>>;
  readonly #jwk: JWK;
  /** Answers that replace the right ones. */
  answers: Partial<Record<Endpoint, Answer>> = {};
  /** Requests to each endpoint. */
  calls: Endpoint[] = [];

  private constructor(key: Awaited<ReturnType<typeof generateKeyPair>>, jwk: JWK) {
    this.#key = key;
    this.#jwk = jwk;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<FakeProvider> {
    const key = await generateKeyPair("RS256");
    const provider = new FakeProvider(key, { ...(await exportJWK(key.publicKey)), kid: "1", alg: "RS256" });
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Makes the token endpoint return these claims. */
  async issue(claims: Record<string, unknown>): Promise<void> {
    const idToken = await new SignJWT({ nonce: NONCE, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "1" })
      .setIssuer(this.issuer)
      .setAudience(CLIENT_ID)
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(this.#key.privateKey);
    this.answers.token = json({ access_token: "access", token_type: "Bearer", id_token: idToken });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = endpointOf(request.url ?? "");
    this.calls.push(endpoint);
    for await (const _ of request);
    const { issuer } = this;
    const usual: Record<Endpoint, Answer> = {
      discovery: json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
      }),
      token: json({ error: "invalid_grant" }, 400),
      keys: json({ keys: [this.#jwk] }),
      userinfo: json({ error: "invalid_token" }, 401),
    };
    (this.answers[endpoint] ?? usual[endpoint])(response);
  }
}

const endpointOf = (path: string): Endpoint =>
  path.startsWith("/.well-known") ? "discovery" : (path.slice(1) as Endpoint);
