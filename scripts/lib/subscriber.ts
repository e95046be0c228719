/**
 * An endpoint for tests: keeps the messages that are POSTed to each path. A test sets the answers. Tests in another
 * runtime use it over HTTP: GET a path for its messages, PUT a path to set its answer.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReceivedMessage {
  headers: Record<string, string>;
  body: string;
  /** Status of the answer; 0: the connection was closed. */
  status: number;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

export interface Subscriber {
  url: string;
  /** The messages to a path, in order. */
  received(path: string): readonly ReceivedMessage[];
  /** Sets the answer to later messages to a path; null: close the connection; `echo`: 200 with the headers of the request. */
  answer(path: string, answer: Answer | "echo" | null): void;
  close(): Promise<void>;
}

/** Starts an endpoint on a free loopback port. It answers 204 until a test sets another answer. */
export async function serveSubscriber(): Promise<Subscriber> {
  const messages = new Map<string, ReceivedMessage[]>();
  const answers = new Map<string, Answer | "echo" | null>();
  const received = (path: string): ReceivedMessage[] => {
    const known = messages.get(path) ?? [];
    messages.set(path, known);
    return known;
  };
  const server = createServer((request, response) => {
    void (async () => {
      const [path, body] = [request.url ?? "/", await textOf(request)];
      if (request.method === "GET") return response.end(JSON.stringify(received(path)));
      if (request.method === "PUT") {
        answers.set(path, JSON.parse(body) as Answer | "echo" | null);
        return response.end();
      }
      const headers = request.headers as Record<string, string>;
      const set = answers.has(path) ? answers.get(path) : { status: 204 };
      const answer = set === "echo" ? { status: 200, body: JSON.stringify(headers) } : set;
      received(path).push({ headers, body, status: answer?.status ?? 0 });
      if (!answer) return request.socket.destroy();
      return response.writeHead(answer.status, answer.headers).end(answer.body);
    })().catch(() => request.socket.destroy()); // The sender was killed while it sent.
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
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
