import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A program with one metric, for Prometheus to scrape. */
export async function startMetric(name: string, value: number) {
  let scrapes = 0;
  let current = value;
  const server = createServer((_, response) => {
    scrapes++;
    response.setHeader("content-type", "text/plain").end(`${name} ${current}\n`);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    scrapes: () => scrapes,
    set(next: number) {
      current = next;
    },
    async end() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
