import { describe, expect, it } from "vitest";
import { signIn } from "../../support/browser.ts";
import { createUser } from "../../support/console-data.ts";
import type { Walk } from "./walk.ts";

export function describeRequests(walk: Walk): void {
  describe("a malformed request", () => {
    const paths = [
      "/alerts/not-an-id",
      "/alerts?cursor=x&severity=WORST&view=none&integrationId=1&label==&period=soon&flash=constructor&flash=alerts-closed.x.1",
      "/deliveries?cursor=x",
      "/deliveries/01a20b77-34ec-7b65-968e-f4f37a8702b0",
      "/integrations/new?provider=constructor&q=%00",
      "/integrations/x/mapping?delivery=x",
      "/settings/audit?cursor=-1&targetId=%27",
      "/subscriptions?cursor=x",
      "/subscriptions/x/dead-letters?cursor=x",
      "/subscriptions/x/attempts?cursor=x&outcome=WORST&messageId=x",
      "/subscriptions/x/transformation",
      "/subscriptions/new?preset=constructor",
      "/deliveries/replay?integrationId=x&id=y",
      "/subscriptions/01a20b77-34ec-7b65-968e-f4f37a8702b0/dead-letters/x",
      "/?range=%22%3E%3Cscript%3E",
      "/sign-in?returnTo=//evil.example",
    ];

    it("gets an answer below 500", async () => {
      const { service, browser } = walk;
      await createUser(service, "malformed@example.com", "Malformed", true);
      const context = await browser.newContext();
      await signIn(context, service, "malformed@example.com");
      const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
      for (const path of paths) {
        const { status } = await fetch(service.url + path, { headers: { cookie } });
        expect({ path, isAnswered: status < 500 }).toEqual({ path, isAnswered: true });
      }
      const posts = ["/alerts", "/alerts/x/status", "/deliveries/replay", "/deliveries/x/replay", "/integrations/new"];
      posts.push(
        "/subscriptions/new",
        "/subscriptions/x",
        "/subscriptions/x/dead-letters/resend",
        "/subscriptions/x/transformation",
        "/integrations/x/mapping",
        "/integrations/x/mapping/replay",
      );
      for (const path of [
        ...posts,
        "/integrations/x",
        "/settings/teams",
        "/settings/api-keys",
        "/sign-in",
        "/welcome",
      ]) {
        for (const body of [JSON.stringify({ a: 1 }), new URLSearchParams({ status: "WORSE", id: "1" })]) {
          const headers = { cookie, origin: service.url };
          const { status } = await fetch(service.url + path, { method: "POST", headers, body, redirect: "manual" });
          expect({ path, isAnswered: status < 500 }).toEqual({ path, isAnswered: true });
        }
      }
    });
  });
}
