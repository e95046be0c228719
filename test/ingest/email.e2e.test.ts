/** A real message, as Email Routing hands it to the Worker: through the email endpoint of `wrangler dev`. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { api, flushed, type Service, startService } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.stop());

const RAW = [
  'From: "Proxmox pve1" <root@pve1.example.com>',
  "To: alerts@alerts.localhost",
  "Subject: vzdump backup status (pve1): backup failed",
  "Date: Thu, 26 Nov 2026 02:00:01 +0100",
  "Message-ID: <20261126010001.1@pve1.example.com>",
  "MIME-Version: 1.0",
  'Content-Type: multipart/alternative; boundary="----_=_NextPart"',
  "",
  "------_=_NextPart",
  "Content-Type: text/plain; charset=UTF-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "VMID 100 (db=2D1): ERROR: can=E2=80=99t acquire lock",
  "------_=_NextPart",
  "Content-Type: text/html; charset=UTF-8",
  "",
  "<pre>VMID 100</pre>",
  "------_=_NextPart--",
  "",
].join("\r\n");

it("an email reaches the Worker, opens an alert and is stored byte for byte", async () => {
  const created = await api<{ id: string; emailAddress: string }>(service, "POST", "/v1/integrations", {
    name: "Proxmox",
    provider: "email",
  });
  const { id, emailAddress } = created.body;
  expect(emailAddress).toMatch(/^[a-z2-7]{34}\.[a-z2-7]{28}@alerts\.localhost$/);
  const send = async (to: string) => {
    const query = new URLSearchParams({ from: "root@pve1.example.com", to });
    const response = await fetch(`${service.url}/cdn-cgi/local/email?${query.toString()}`, {
      method: "POST",
      body: RAW,
    });
    return { status: response.status, text: await response.text() };
  };
  expect((await send(emailAddress)).status).toBe(200);
  expect(await send(`${emailAddress.slice(0, 40)}${"a".repeat(23)}@alerts.localhost`)).toMatchObject({
    text: expect.stringContaining("does not match"),
  });
  await flushed(service, { integrationId: id, ingestUrl: "", secret: "" });
  type List = { data: Record<string, unknown>[] };
  const alerts = await api<List>(service, "GET", `/v1/alerts?integrationId=${id}`);
  expect(alerts.body.data).toMatchObject([
    {
      title: "vzdump backup status (pve1): backup failed",
      description: "VMID 100 (db-1): ERROR: can’t acquire lock",
      source: "Proxmox pve1",
      severity: "HIGH",
    },
  ]);
  const deliveries = await api<List>(service, "GET", `/v1/deliveries?integrationId=${id}&status=ACCEPTED`);
  const payload = await fetch(`${service.url}/v1/deliveries/${String(deliveries.body.data[0]?.id)}/payload`, {
    headers: { authorization: `Bearer ${service.rootApiKey}` },
  });
  expect(await payload.text()).toBe(RAW);
});
