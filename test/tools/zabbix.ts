import assert from "node:assert/strict";
import type { Alert, Source } from "./harness.ts";
import { codeWith, tableOf } from "./steps.ts";
import type { Tool } from "./tool.ts";
import { until } from "./wait.ts";
import { startZabbix, type Zabbix } from "./zabbix-server.ts";

const ITEMS = ["disk", "flapping", "away"];

/** Bits of `event.acknowledge`. */
const UPDATE = { acknowledge: 2, message: 4, severity: 8, unacknowledge: 16 };

export const zabbix: Tool = {
  id: "zabbix",
  name: "Zabbix",
  provider: "zabbix",
  packages: [
    "zabbix-server-pgsql",
    "zabbix-frontend-php",
    "php-cli",
    "php-pgsql",
    "php-mbstring",
    "php-gd",
    "php-xml",
    "php-bcmath",
  ],
  async run(harness) {
    const source = await harness.connect("zabbix", "Zabbix");
    const server = await startZabbix();
    try {
      const mediatypeid = await setUp(server, source);
      const set = (item: string, value: number) => server.send("web-1", item, String(value));
      const update = async (alert: Alert, bits: number, fields: Record<string, unknown> = {}) => {
        await server.call("event.acknowledge", { eventids: alert.alertKey, action: bits, ...fields });
      };

      const parameters = Object.fromEntries(parametersOf(source));
      const test = await server.request({
        request: "alert.send",
        sid: server.session,
        data: { mediatypeid, parameters },
      });
      assert.equal(test.response, "success", JSON.stringify(test));
      await source.delivery("the test", (body) => body.includes("{EVENT.ID}"));
      assert.deepEqual(await source.alerts(), []);

      await set("disk", 5);
      const disk = await source.alert("the disk is full", ({ title }) => title === 'Disk "/var" almost full on web-1');
      assert.equal(disk.severity, "HIGH");
      assert.equal(disk.description, "Less than 5 % is free.\n\nOperational data: 5");
      assert.match(disk.url ?? "", /^https:\/\/zabbix\.example\.com\/tr_events\.php\?triggerid=\d+&eventid=\d+$/);
      assert.ok(Math.abs(Date.parse(disk.triggeredAt) - Date.now()) < 60_000, `triggered at ${disk.triggeredAt}`);

      await update(disk, UPDATE.message, { message: "disk is ordered" });
      const comment = await source.entry(disk, "a comment", ({ type }) => type === "NOTED");
      assert.equal(comment.note, "disk is ordered");
      await update(disk, UPDATE.severity, { severity: 5 });
      const worse = await source.alert(
        "the severity follows",
        ({ id, severity }) => id === disk.id && severity === "CRITICAL",
      );
      assert.equal(worse.description, disk.description);
      await update(disk, UPDATE.acknowledge + UPDATE.message, { message: "on it" });
      const acknowledged = await source.entry(disk, "an acknowledgement", ({ type }) => type === "ACKNOWLEDGED");
      assert.equal(acknowledged.note, "on it");
      assert.match(acknowledged.actor.name ?? "", /Admin/);
      await update(disk, UPDATE.severity, { severity: 2 });
      await source.alert("it stays acknowledged", ({ id, severity, status }) => {
        return id === disk.id && severity === "LOW" && status === "ACKNOWLEDGED";
      });
      await set("disk", 1);
      await source.alert("the disk has room", ({ id, status }) => id === disk.id && status === "RESOLVED");

      for (let round = 0; round < 3; round++) {
        await set("flapping", 5);
        await set("flapping", 1);
      }
      await until("all problems came, and all are resolved", async () => {
        const alerts = (await source.alerts()).filter(({ title }) => title.includes("flapping"));
        return alerts.length === 3 && alerts.every(({ status }) => status === "RESOLVED");
      });

      await set("away", 5);
      const away = await source.alert("a problem", ({ title }) => title.includes("away"));
      await harness.takeDown(() => set("away", 1));
      await source.alert("it ended meanwhile", ({ id, status }) => id === away.id && status === "RESOLVED");

      return {
        trigger: "HIGH, link, time of the event",
        repeat: "severity follows, up and down",
        acknowledge: "by whom and why",
        comment: "timeline entry",
        recovery: "resolved",
        flapping: "an alert each time, all resolved",
        "test button": "accepted, no alert",
        "Tocsin down for 20 s": "recovery arrived",
      };
    } catch (error) {
      throw new Error(await server.explain(), { cause: error });
    } finally {
      await server.end();
    }
  },
};

const parametersOf = (source: Source): [string, string][] => tableOf(source.setup);

/** Does what the steps say. @returns the id of the media type */
async function setUp({ call }: Zabbix, source: Source): Promise<string> {
  const templates = [0, 1, 2].map((recovery) => ({
    eventsource: 0,
    recovery,
    subject: "Zabbix",
    message: "{EVENT.NAME}",
  }));
  const { mediatypeids } = await call<{ mediatypeids: string[] }>("mediatype.create", {
    name: "Tocsin",
    type: 4,
    script: codeWith(source.setup, "HttpRequest"),
    parameters: parametersOf(source).map(([name, value]) => ({ name, value })),
    maxattempts: 10,
    attempt_interval: "10s",
    message_templates: templates,
  });
  const [mediatypeid = ""] = mediatypeids;
  await call("usermacro.createglobal", { macro: "{$ZABBIX.URL}", value: "https://zabbix.example.com" });

  const { groupids } = await call<{ groupids: string[] }>("hostgroup.create", { name: "Web" });
  const [groupid] = groupids;
  const { hostids } = await call<{ hostids: string[] }>("host.create", {
    host: "web-1",
    groups: [{ groupid }],
    status: 1,
  });
  const [hostid] = hostids;
  for (const key_ of ITEMS) {
    await call("item.create", { name: key_, key_, hostid, type: 2, value_type: 3 });
    await call("trigger.create", {
      description: key_ === "disk" ? 'Disk "/var" almost full on {HOST.NAME}' : `Problem of ${key_}`,
      expression: `last(/web-1/${key_})>3`,
      comments: "Less than 5 % is free.",
      opdata: "{ITEM.LASTVALUE1}",
      priority: 4,
    });
  }

  const { usrgrpids } = await call<{ usrgrpids: string[] }>("usergroup.create", {
    name: "Tocsin",
    rights: [{ permission: 2, id: groupid }],
  });
  const { userids } = await call<{ userids: string[] }>("user.create", {
    username: "tocsin",
    passwd: crypto.randomUUID(),
    roleid: "1",
    usrgrps: [{ usrgrpid: usrgrpids[0] }],
    medias: [{ mediatypeid, sendto: "tocsin" }],
  });
  // The person who acknowledges is in the group, too.
  const [admin] = await call<{ userid: string }[]>("user.get", { filter: { username: "Admin" } });
  await call("user.update", { userid: admin?.userid, usrgrps: [{ usrgrpid: "7" }, { usrgrpid: usrgrpids[0] }] });
  const message = {
    operationtype: 0,
    opmessage_usr: [{ userid: userids[0] }],
    opmessage: { default_msg: 1, mediatypeid },
  };
  await call("action.create", {
    name: "Tocsin",
    eventsource: 0,
    esc_period: "1h",
    operations: [{ ...message, esc_step_from: 1, esc_step_to: 1 }],
    recovery_operations: [message],
    update_operations: [message],
  });
  // Enabled at the end: the server takes its values only when it knows the triggers and the action, too.
  await call("host.update", { hostid, status: 0 });
  return mediatypeid;
}
