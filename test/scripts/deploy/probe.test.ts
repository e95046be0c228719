/** The probe against servers that answer like the Worker, and like Cloudflare in front of it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { probeIngest } from "../../../scripts/deploy/probe.ts";
import { decodeIngestId } from "../../../src/lib/ingest-id.ts";

let close: () => void = () => {};
afterEach(() => close());

interface Sent {
  path: string;
  userAgent: string | undefined;
  body: string;
}

/** Serves a host. @returns its URL, and the requests that it gets */
async function serve(answer: (sent: Sent, response: ServerResponse, request: IncomingMessage) => void) {
  const requests: Sent[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const sent = { path: request.url ?? "", userAgent: request.headers["user-agent"], body };
      requests.push(sent);
      answer(sent, response, request);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => server.close();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const answerAsWorker = (response: ServerResponse): void =>
  void response
    .writeHead(404, { "content-type": "application/problem+json" })
    .end('{"type":"urn:tocsin:problem:not-found","title":"Not found","status":404}');

const challenge = (response: ServerResponse): void =>
  void response
    .writeHead(403, { "content-type": "text/html; charset=UTF-8", "cf-mitigated": "challenge" })
    .end("<!DOCTYPE html><title>Just a moment...</title>");

describe("probeIngest", () => {
  it("POSTs to a well-formed id as sources do, and accepts the Worker's own 404", async () => {
    const { url, requests } = await serve((_, response) => answerAsWorker(response));
    expect(await probeIngest(url)).toEqual([]);
    expect(requests.map(({ userAgent }) => userAgent).toSorted()).toEqual([
      "Alertmanager/0.28.1",
      "Alertmanager/0.28.1",
      "python-urllib/3.12",
      undefined,
    ]);
    expect(requests.every(({ path }) => decodeIngestId(path.replace("/in/", "")) !== null)).toBe(true);
    expect(requests.every(({ body }) => JSON.parse(body) !== null)).toBe(true);
  });

  it("names the senders that are challenged", async () => {
    const { url } = await serve(({ userAgent }, response) =>
      userAgent?.startsWith("Alertmanager/") ? answerAsWorker(response) : challenge(response),
    );
    expect(await probeIngest(url)).toEqual([
      "a Python script: 403 text/html",
      "a source without a User-Agent: 403 text/html",
    ]);
  });

  it("reports a rule that takes a quoted query for an attack", async () => {
    const { url } = await serve(({ body }, response) =>
      /select .* or 1=1/i.test(body) ? challenge(response) : answerAsWorker(response),
    );
    expect(await probeIngest(url)).toEqual(["an alert that quotes SQL and HTML: 403 text/html"]);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["a redirect to a sign-in", (response) => response.writeHead(302, { location: "/login" }).end(), "302 without a content type"],
    ["a 404 of another server", (response) => response.writeHead(404, { "content-type": "text/html" }).end("not here"), "404 text/html"],
    ["a JSON 404 of another server", (response) => response.writeHead(404, { "content-type": "application/json" }).end("null"), "404 application/json"],
    ["a closed connection", (response) => response.destroy(), "no answer"],
  ])("reports %s", async (_, answer, line) => {
    const { url } = await serve((_sent, response) => answer(response));
    expect(await probeIngest(url)).toEqual([
      `Alertmanager: ${line}`,
      `a Python script: ${line}`,
      `a source without a User-Agent: ${line}`,
      `an alert that quotes SQL and HTML: ${line}`,
    ]);
  }); // prettier-ignore
});
