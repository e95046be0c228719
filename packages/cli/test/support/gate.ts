/** A proxy in front of the service. A test may hold its requests, or cut its connections. */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface ProxiedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** Bytes of the response that were forwarded so far. */
  bytes: number;
}

export interface Gate {
  url: string;
  requests: ProxiedRequest[];
  /** Decides about a request. `count` numbers the requests of its path from 1. The default forwards all. */
  onRequest: (request: ProxiedRequest, count: number) => Promise<"forward" | "cut"> | "forward" | "cut";
  /** Closes all connections. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a gate on a free port. */
export async function openGate(target: string): Promise<Gate> {
  const open = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const { method = "", url = "", headers } = incoming;
    const proxied = { method, path: url.split("?")[0] ?? "", headers, bytes: 0 };
    gate.requests.push(proxied);
    open.add(outgoing);
    outgoing.once("close", () => open.delete(outgoing));
    const count = gate.requests.filter(({ path }) => path === proxied.path).length;
    if ((await gate.onRequest(proxied, count)) === "cut") {
      outgoing.destroy();
      return;
    }
    const upstream = request(new URL(url, target), { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.on("data", (chunk: Buffer) => {
        proxied.bytes += chunk.length;
        outgoing.write(chunk);
      });
      response.once("end", () => outgoing.end());
      response.once("error", () => outgoing.destroy());
      outgoing.once("close", () => response.destroy());
    });
    upstream.once("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const gate: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    onRequest: () => "forward",
    cut() {
      for (const response of open) response.destroy();
    },
    async close() {
      gate.cut();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return gate;
}
