/** An endpoint of subscriptions. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Endpoint {
  url: string;
  /** The status of its answers; 204 at first. */
  status: number;
  /** The bodies that it received. */
  bodies: string[];
  close(): void;
}

/** Opens an endpoint on a free port. */
export async function openEndpoint(): Promise<Endpoint> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      endpoint.bodies.push(body);
      response.writeHead(endpoint.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint: Endpoint = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    status: 204,
    bodies: [],
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return endpoint;
}
