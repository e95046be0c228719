/** `tocsin send` against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { freePort } from "../../../scripts/lib/postgres.ts";
import { api, createIntegration, flushed } from "../../../test/support/service.ts";
import { newFolder, tocsin } from "./support/run.ts";
import { json, service } from "./support/shared-service.ts";

describe("tocsin send", () => {
  const body = JSON.stringify({ id: "sent", title: "Sent", severity: "high" });

  const schemes: [string, object, string[]][] = [
    ["hmac", { scheme: "hmac" }, []],
    [
      "hmac with a signed timestamp and id",
      {
        scheme: "hmac",
        header: "x-sig",
        algorithm: "sha512",
        encoding: "base64",
        prefix: "v1=",
        timestampHeader: "x-time",
        idHeader: "x-id",
        content: "{id}.{timestamp}.{body}",
      },
      [
        "--signature-header",
        "x-sig",
        "--algorithm",
        "sha512",
        "--encoding",
        "base64",
        "--prefix",
        "v1=",
        "--timestamp-header",
        "x-time",
        "--id-header",
        "x-id",
        "--content",
        "{id}.{timestamp}.{body}",
      ],
    ],
    ["standard-webhooks", { scheme: "standard-webhooks" }, ["--scheme", "standard-webhooks"]],
    ["token", { scheme: "token" }, ["--scheme", "token"]],
    [
      "token in the query",
      { scheme: "token", in: "query", name: "k" },
      ["--scheme", "token", "--in", "query", "--name", "k"],
    ],
    [
      "token in a header",
      { scheme: "token", in: "header", name: "x-key" },
      ["--scheme", "token", "--in", "header", "--name", "x-key"],
    ],
    [
      "token in the body",
      { scheme: "token", in: "body", name: "key" },
      ["--scheme", "token", "--in", "body", "--name", "key"],
    ],
    ["token as a password", { scheme: "token", in: "basic" }, ["--scheme", "token", "--in", "basic"]],
  ];
  it.each(schemes)("signs with %s", async (_name, verification, flags) => {
    const demo = await createIntegration(service, { provider: "generic", verification });
    const folder = newFolder();
    writeFileSync(path.join(folder, "secret.txt"), `${demo.secret}\n`);
    writeFileSync(path.join(folder, "alert.json"), body);
    const words = ["send", "alert.json", "--url", demo.ingestUrl, "--secret-file", "secret.txt", ...flags];
    expect(await tocsin([...words, "--json"], { cwd: folder })).toMatchObject({ exitCode: 0, stderr: "" });
    writeFileSync(path.join(folder, "secret.txt"), `${demo.secret}x`);
    const rejected = await tocsin(words, { cwd: folder });
    expect(rejected).toMatchObject({ exitCode: 3, stdout: "" });
    expect(rejected.stderr).not.toContain(demo.secret);
  });

  it("sends an idempotency key, so that the delivery counts once", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const words = ["send", "-", "--url", demo.ingestUrl, "--secret", demo.secret, "--idempotency-key", "once"];
    const first = await json<{ deliveryId: string }>(words, { input: body });
    expect(await json(words, { input: `${body} ` })).toMatchObject({
      status: "duplicate",
      duplicateOf: first.deliveryId,
    });
  });

  it("sends headers and a content type", async () => {
    const demo = await createIntegration(service, { provider: "generic", idempotencyHeader: "x-delivery" });
    const words = [
      "send",
      "--url",
      demo.ingestUrl,
      "--secret",
      demo.secret,
      "--header",
      "X-Delivery: d-1",
      "--content-type",
      "application/json; charset=utf-8",
    ];
    const { deliveryId } = await json<{ deliveryId: string }>(words, { input: body });
    await flushed(service, demo);
    const { body: delivery } = await api(service, "GET", `/v1/deliveries/${deliveryId}`);
    expect(delivery).toMatchObject({ idempotencyKey: "d-1", contentType: "application/json; charset=utf-8" });
  });

  it("sends to the demo integration of the service that runs in this folder", async () => {
    const { exitCode, stdout } = await tocsin(["send"], { input: body, env: { TOCSIN_DIR: service.stateDirectory } });
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^20[02] /) });
  });

  it("never repeats a secret that it cannot send", async () => {
    const words = ["send", "--url", service.demo.ingestUrl, "--scheme", "token"];
    for (const flags of [[], ["--in", "basic"], ["--in", "header"]]) {
      const { exitCode, stderr } = await tocsin([...words, ...flags], {
        input: body,
        env: { TOCSIN_SECRET: "gehe\nim\u2026" },
      });
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.not.stringMatching(/gehe|im\u2026/) });
    }
    const odd = await tocsin([...words, "--secret", "s", "--idempotency-key", "a\nb"], { input: body });
    expect(odd).toMatchObject({ exitCode: 2, stdout: "" });
  });

  it("exits with a code for wrong usage, a rejected body, a missing secret and an unreachable service", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    const url = ["--url", demo.ingestUrl];
    const secret = ["--secret", demo.secret];
    expect((await tocsin(["send"], { input: body })).exitCode).toBe(2);
    expect((await tocsin(["send", ...url], { input: body })).exitCode).toBe(3);
    expect(
      (await tocsin(["send", ...url, ...secret, "--content", "{timestamp}.{body}"], { input: body })).exitCode,
    ).toBe(2);
    expect((await tocsin(["send", ...url, ...secret, "--header", "odd"], { input: body })).exitCode).toBe(2);
    expect((await tocsin(["send", "missing.json", ...url, ...secret])).exitCode).toBe(1);
    expect(await tocsin(["send", ...url, ...secret], { input: "no JSON" })).toMatchObject({ exitCode: 1, stdout: "" });
    expect(
      (await tocsin(["send", "--url", `${service.url}/in/${crypto.randomUUID()}`, ...secret], { input: body }))
        .exitCode,
    ).toBe(4);
    const nobody = `http://127.0.0.1:${await freePort()}/in/1`;
    expect((await tocsin(["send", "--url", nobody, ...secret], { input: body })).exitCode).toBe(5);
  });
});
