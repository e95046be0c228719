/**
 * Somebody who subscribes: takes messages at any path of its own, keeps them, and answers as it is told to. Tests that run in
 * another runtime talk to it over HTTP: GET a path for what came there, PUT one to say what it is answered.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as it came. */
export interface Heard {
  headers: Record<string, string>;
  body: string;
  /** What it was answered. */
  status: number;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
}

export interface Subscriber {
  url: string;
  /** What came to a path, in order. */
  heard(path: string): readonly Heard[];
  /** How messages to a path are answered from now on; null: the connection is cut. */
  answer(path: string, answer: Answer | null): void;
  close(): Promise<void>;
}

/** Starts one on a free loopback port. */
export async function serveSubscriber(): Promise<Subscriber> {
  const messages = new Map<string, Heard[]>();
  const answers = new Map<string, Answer | null>();
  const heard = (path: string): Heard[] => {
    const known = messages.get(path) ?? [];
    messages.set(path, known);
    return known;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const [path, body] = [request.url ?? "/", await textOf(request)];
      if (request.method === "GET") return response.end(JSON.stringify(heard(path)));
      if (request.method === "PUT") {
        answers.set(path, JSON.parse(body) as Answer | null);
        return response.end();
      }
      const answer = answers.has(path) ? answers.get(path) : { status: 204 };
      const headers = request.headers as Record<string, string>;
      heard(path).push({ headers, body, status: answer?.status ?? 0 });
      if (!answer) return request.socket.destroy();
      return response.writeHead(answer.status, answer.headers).end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    answer: (path, answer) => void answers.set(path, answer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
