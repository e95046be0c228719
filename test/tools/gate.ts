/** A pass-through in front of Tocsin that can be closed, as if Tocsin were down, and that records what arrives. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";

export interface Passed {
  path: string;
  status: number;
  body: string;
}

export interface Gate {
  url: string;
  passed: Passed[];
  /** Rejects connections until it is opened again. */
  close(): Promise<void>;
  open(): Promise<void>;
}

/** @param target URL of the service */
export async function startGate(target: string, port: number): Promise<Gate> {
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { method = "GET", url = "/", headers } = incoming;
    const forwarded = httpRequest(new URL(url, target), { method, headers }, (answer) => {
      passed.push({ path: url, status: answer.statusCode ?? 0, body: body.toString() });
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on("error", () => outgoing.destroy());
    forwarded.end(body);
  }

  const open = async () => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await open();
  return { url: `http://127.0.0.1:${port}`, passed, close, open };
}
