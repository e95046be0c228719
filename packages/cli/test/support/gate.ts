/** A door before the service: requests go through it as they are, and a test may hold them, or cut the connection. */
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Passage {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  /** Bytes of the answer that went through so far. */
  bytes: number;
}

type Verdict = "pass" | "cut";

export interface Gate {
  url: string;
  passages: Passage[];
  /** What to do with a request, by its number among those of its path, from 1; by default it goes through. */
  onRequest: (passage: Passage, count: number) => Promise<Verdict> | Verdict;
  /** Ends every connection at once. */
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
    const passage = { method, path: url.split("?")[0] ?? "", headers, bytes: 0 };
    gate.passages.push(passage);
    open.add(outgoing);
    outgoing.once("close", () => open.delete(outgoing));
    const count = gate.passages.filter(({ path }) => path === passage.path).length;
    if ((await gate.onRequest(passage, count)) === "cut") {
      outgoing.destroy();
      return;
    }
    const onward = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on("data", (chunk: Buffer) => {
        passage.bytes += chunk.length;
        outgoing.write(chunk);
      });
      answer.once("end", () => outgoing.end());
      answer.once("error", () => outgoing.destroy());
      outgoing.once("close", () => answer.destroy());
    });
    onward.once("error", () => outgoing.destroy());
    incoming.pipe(onward);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const gate: Gate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passages: [],
    onRequest: () => "pass",
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
