import { describe, expect, it } from "vitest";
import { fromBinary, toBase64, utf8 } from "../../src/lib/bytes.ts";
import { readMessage } from "../../src/providers/email-message.ts";

/** One character per byte, with the line breaks of emails. */
const read = (message: string) => readMessage(fromBinary(message.replaceAll(/\r?\n/g, "\r\n")));

const HEAD = "From: Tower <tower@example.com>\nTo: alerts@example.com\nMessage-ID: <1@example.com>\n";

describe("readMessage", () => {
  it("reads a multipart message: the text part, and the names of attachments", async () => {
    const { message } = await read(`${HEAD}Subject: [pve1] vzdump backup status: backup failed
Date: Thu, 26 Nov 2026 02:00:01 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_m"

This is a multi-part message in MIME format.
--=_m
Content-Type: multipart/alternative; boundary="=_a"

--=_a
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

VMID 100 (db=2D1): ERROR: can=E2=80=99t acquire lock =
'/var/run/vzdump.lock'

--=_a
Content-Type: text/html; charset=UTF-8

<p>VMID 100</p>
--=_a--
--=_m
Content-Type: text/plain; name="vzdump.log"
Content-Disposition: attachment; filename="vzdump.log"
Content-Transfer-Encoding: base64

${toBase64(utf8("INFO: starting\n"))}
--=_m--
`);
    expect(message).toEqual({
      subject: "[pve1] vzdump backup status: backup failed",
      from: "tower@example.com",
      fromName: "Tower",
      text: "VMID 100 (db-1): ERROR: can’t acquire lock '/var/run/vzdump.lock'",
      date: "2026-11-26T01:00:01.000Z",
      messageId: "1@example.com",
      headers: {},
      attachments: [{ filename: "vzdump.log", mimeType: "text/plain" }],
    });
  });

  it("reads the text of an HTML message", async () => {
    const { message } = await read(`${HEAD}Subject: TrueNAS @ nas
Content-Type: text/html; charset="utf-8"

<html><head><style>p { color: red }</style><title>x</title></head><body>
<p>New&nbsp;alerts:</p><ul><li>Pool <b>tank</b> state is DEGRADED &amp; more &#8211; &#x41;</li></ul>
<table><tr><td>a</td><td>b</td></tr></table><!-- hidden --></body></html>
`);
    expect(message.text).toBe("New alerts:\nPool tank state is DEGRADED & more – A\na b");
  });

  it("reads base64 in a charset of its own, and encoded words in the header", async () => {
    const cyrillic = Uint8Array.from([0xc4, 0xe8, 0xf1, 0xea]);
    const { message } = await read(`${HEAD}Subject: =?windows-1251?B?${toBase64(cyrillic)}?=
 =?UTF-8?Q?_=C3=BCberhitzt?=
Content-Type: text/plain; charset=windows-1251
Content-Transfer-Encoding: base64

${toBase64(cyrillic)}
`);
    expect(message).toMatchObject({ subject: "Диск überhitzt", text: "Диск" });
  });

  it("reads Japanese in ISO-2022-JP", async () => {
    const { message } = await read(`${HEAD}Subject: x
Content-Type: text/plain; charset=ISO-2022-JP

\u001b$B>c32\u001b(B
`);
    expect(message.text).toBe("障害");
  });

  it("reads 8-bit characters without a charset as windows-1252", async () => {
    const { message, isRepaired } = await read(
      `${HEAD}Subject: K\u00fchlung ausgefallen\n\nTemperatur \u00fcber 40\u00b0\n`,
    );
    expect({ ...message, isRepaired }).toMatchObject({
      subject: "Kühlung ausgefallen",
      text: "Temperatur über 40°",
      isRepaired: true,
    });
  });

  it("reads the message of an old program, with bare line feeds and very long lines", async () => {
    const line = "x".repeat(50_000);
    const { message } = await readMessage(
      utf8(`From: root (Cron Daemon)\nSubject: Cron <root@db-1> report\n\n${line}\n`),
    );
    expect(message).toMatchObject({ subject: "Cron <root@db-1> report", text: line, messageId: null, date: null });
  });

  it("keeps no header about authentication", async () => {
    const { message } = await read(
      `${HEAD}Authentication-Results: mx; dkim=pass\nReceived-SPF: pass\nX-Priority: 1\nSubject: x\n\ny\n`,
    );
    expect(message.headers).toEqual({ "x-priority": "1" });
  });

  it.each(["", "hello world", '{"title":"x"}', "\u0000\u0001"])("rejects %j", async (text) => {
    await expect(read(text)).rejects.toThrow(/email/);
  });

  it("rejects parts that nest too deep", async () => {
    const open = Array.from(
      { length: 80 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    ).join("");
    await expect(read(`${HEAD}Subject: x\n${open}\n\ntext\n`)).rejects.toThrow("cannot be parsed");
  });
});
