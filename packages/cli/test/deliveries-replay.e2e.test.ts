/** `tocsin deliveries replay` against a service. */
import { afterEach, describe, expect, it } from "vitest";
import { api, createIntegration, type Demo, flushed, listAll, send } from "../../../test/support/service.ts";
import { type Gate, openGate } from "./support/gate.ts";
import { bash, hasTerminals, onTerminal, tocsin, until } from "./support/run.ts";
import { env, json, service, UNKNOWN_ID, withAlerts } from "./support/shared-service.ts";

let gate: Gate | undefined;

afterEach(async () => {
  await gate?.close();
  gate = undefined;
});

describe("tocsin deliveries replay", () => {
  const replaysOf = async (demo: Demo) =>
    (await listAll<{ replayOf: string | null }>(service, "deliveries", demo)).flatMap(({ replayOf }) => replayOf ?? []);

  it("replays the given ids, and reports each that it cannot replay", async () => {
    const { demo, deliveries, alerts } = await withAlerts(2);
    const { body: problem } = await api<{ detail: string }>(service, "GET", `/v1/deliveries/${UNKNOWN_ID}`);
    const answer = await tocsin(["deliveries", "replay", deliveries[0]!, UNKNOWN_ID, deliveries[1]!], { env });
    expect(answer).toMatchObject({ exitCode: 4, stderr: `tocsin: ${UNKNOWN_ID}: ${problem.detail}\n` });
    expect(
      answer.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t")[0]),
    ).toEqual(deliveries);
    expect(await replaysOf(demo)).toEqual(deliveries.toReversed());
    const one = await json<unknown>(["deliveries", "replay", deliveries[0]!]);
    expect(one).toMatchObject({ replayOf: deliveries[0], status: "accepted", alerts: [{ id: alerts[0] }] });
  });

  it("replays no delivery twice with the same idempotency key", async () => {
    const { demo, deliveries } = await withAlerts(1);
    const words = ["deliveries", "replay", deliveries[0]!, "--idempotency-key", crypto.randomUUID()];
    expect(await json(words)).toEqual(await json(words));
    expect(await replaysOf(demo)).toEqual(deliveries);
  });

  it("replays deliveries by filter page by page, and continues after an interruption", async () => {
    const { demo, deliveries } = await withAlerts(130);
    gate = await openGate(service.url);
    gate.onRequest = (_request, count) => (count === 2 ? "cut" : "forward");
    const broken = await tocsin(
      [
        "deliveries",
        "replay",
        "--integration",
        demo.integrationId,
        "--status",
        "accepted",
        "--until",
        "2100-01-01T00:00:00Z",
      ],
      { env: { ...env, TOCSIN_URL: gate.url } },
    );
    expect(broken.exitCode).toBe(5);
    expect(broken.stdout.trimEnd().split("\n")).toHaveLength(100);
    const [, command = ""] = /Continue with: (tocsin deliveries replay .*)\n/.exec(broken.stderr) ?? [];
    const rest = await bash(`${command} --json`, { env });
    expect(rest).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(rest.stdout)).toMatchObject({ replayed: 130, nextCursor: null });
    expect((await replaysOf(demo)).toSorted()).toEqual(deliveries.toSorted());
  });

  it("skips unverified deliveries with a reason, and replays them with --include-unverified", async () => {
    const demo = await createIntegration(service, { provider: "generic" });
    await send({ ...demo, secret: "wrong" }, { id: "1", title: "Unverified" });
    await flushed(service, demo);
    const words = ["deliveries", "replay", "--integration", demo.integrationId];
    const skipped = await tocsin(words, { env });
    expect(skipped).toMatchObject({ exitCode: 0, stderr: "0 replayed, 1 skipped\n" });
    const { results } = await json<{ results: { detail: string }[] }>(words);
    expect(skipped.stdout).toContain(results[0]!.detail);
    expect(await json([...words, "--include-unverified"])).toMatchObject({ replayed: 1 });
  });

  it.skipIf(!hasTerminals)("shows its progress on a terminal, and stops between two requests on Ctrl-C", async () => {
    const { demo, deliveries } = await withAlerts(3);
    gate = await openGate(service.url);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const second = `/v1/deliveries/${deliveries[1]}/replay`;
    gate.onRequest = async ({ path: route }): Promise<"forward"> => {
      if (route === second) await released;
      return "forward";
    };
    const replay = onTerminal(`tocsin deliveries replay ${deliveries.join(" ")}`, {
      env: { ...env, TOCSIN_URL: gate.url },
    });
    const proxy = gate;
    await until(() => proxy.requests.some(({ path: route }) => route === second));
    replay.type("\u0003");
    await until(() => replay.screen().includes("Stopping after"));
    release();
    const { exitCode, screen } = await replay.ended;
    expect(exitCode).toBe(130);
    expect(screen).toMatch(/Replayed: 0 of 3, 0\/s/);
    expect(screen).toMatch(/Continue with: tocsin deliveries replay .* --idempotency-key /);
    expect(await replaysOf(demo)).toEqual([deliveries[1], deliveries[0]]);
  });

  it.skipIf(!hasTerminals)("shows no progress without a terminal or with --json", async () => {
    const { deliveries } = await withAlerts(1);
    expect((await tocsin(["deliveries", "replay", deliveries[0]!], { env })).stderr).toBe("");
    const { screen } = await onTerminal(`tocsin deliveries replay ${deliveries[0]} --json`, { env }).ended;
    expect(screen).toMatch(/^\{.*\}\r\n$/);
  });

  it("rejects contradictory options", async () => {
    for (const words of [
      [],
      ["1", "--integration", "2"],
      ["1", "--since", "2h"],
      ["--integration", "2", "--since", "2h", "--idempotency-key", "k"],
    ]) {
      const { exitCode } = await tocsin(["deliveries", "replay", ...words], { env });
      expect({ words, exitCode }).toEqual({ words, exitCode: 2 });
    }
  });
});
