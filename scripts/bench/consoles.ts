/** People with open consoles: each has a session and a WebSocket to the timeline. */
import { PING, PING_INTERVAL_MS } from "../../src/objects/feed/rpc.ts";
import type { Service } from "./tocsin.ts";

export interface Consoles {
  /** Messages with timeline entries so far, of all of them together. */
  messages(): number;
  /** Sockets that are open. */
  open(): number;
  close(): void;
}

/** Less than the limit of open streams of a user. */
const SOCKETS_PER_USER = 17;

const PASSWORD = "correct horse battery staple";

/** Opens this many consoles, of several users. */
export async function openConsoles(service: Service, count: number): Promise<Consoles> {
  const sockets: WebSocket[] = [];
  let messages = 0;
  while (sockets.length < count) {
    const cookie = await signIn(service, `person${sockets.length}@example.com`);
    const opening = Array.from({ length: Math.min(SOCKETS_PER_USER, count - sockets.length) }, () =>
      connect(service, cookie),
    );
    sockets.push(...(await Promise.all(opening)));
  }
  for (const socket of sockets) {
    socket.addEventListener("message", ({ data }) => {
      if (String(data).includes('"entry"')) messages++;
    });
  }
  const pinging = setInterval(() => {
    for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(PING);
  }, PING_INTERVAL_MS / 2);
  return {
    messages: () => messages,
    open: () => sockets.filter((socket) => socket.readyState === WebSocket.OPEN).length,
    close: () => {
      clearInterval(pinging);
      for (const socket of sockets) socket.close();
    },
  };
}

/** @returns the session cookie */
async function signIn(service: Service, email: string): Promise<string> {
  const origin = `http://127.0.0.1:${service.port}`;
  const user = { email, name: email, isPlatformAdmin: true };
  const { setPasswordToken: token } = await service.api<{ setPasswordToken: string }>("POST", "/v1/users", user);
  const post = (route: string, body: unknown) =>
    fetch(origin + route, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  await post("/v1/session/password", { token, newPassword: PASSWORD });
  const answer = await post("/v1/session", { email, password: PASSWORD });
  if (!answer.ok) throw new Error(`POST /v1/session: ${answer.status} ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** Node's WebSocket takes headers, which the types of browsers do not have. */
type NodeWebSocket = new (url: string, options: { headers: Record<string, string> }) => WebSocket;

function connect({ port }: Service, cookie: string): Promise<WebSocket> {
  const headers = { cookie, origin: `http://127.0.0.1:${port}` };
  const socket = new (WebSocket as unknown as NodeWebSocket)(`ws://127.0.0.1:${port}/v1/timeline/stream`, { headers });
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket));
    socket.addEventListener("error", () => reject(new Error("the WebSocket to /v1/timeline/stream failed")));
  });
}
