import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { endpointFault } from "../../../src/objects/subscription/endpoint-url.ts";

const fault = (url: string) => endpointFault(url, { isInsecureAllowed: false });

describe("endpointFault", () => {
  it.each([
    "https://pager.example.com/tocsin",
    "https://pager.example.com:8443/a?b=c#d",
    "https://hooks.slack.com/services/T0/B0/x",
    "https://8.8.8.8/",
    "https://172.15.255.255/",
    "https://172.32.0.1/",
    "https://100.63.0.1/",
    "https://[2606:4700::1111]/",
    "https://localhost.example.com/",
    "https://internal.example.com/",
    "https://xn--bcher-kva.example/",
  ])("allows %s", (url) => {
    expect(fault(url)).toBeNull();
  });

  it.each([
    "http://pager.example.com/",
    "ftp://pager.example.com/",
    "javascript:alert(1)",
    "not a url",
    "https://user:secret@pager.example.com/",
    "https://user@pager.example.com/",
    "https://localhost/",
    "https://LOCALHOST:8443/",
    "https://app.localhost/",
    "https://pager/",
    "https://pager.example.com./",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://%31%32%37.0.0.1/",
    "https://１２７.0.0.1/",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://172.31.255.255/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:8.8.8.8]/",
    "https://[::127.0.0.1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001::1]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://metadata.google.internal/",
    "https://metadata.goog/",
    "https://printer.local/",
    "https://db.corp/",
    "https://router.lan/",
    "https://nas.home.arpa/",
    "https://service.namespace.svc.cluster.local/",
    "https://pager.example.com:22/",
    "https://pager.example.com:80/",
  ])("rejects %s", (url) => {
    expect(fault(url)).toEqual(expect.any(String));
  });

  it("allows http, private hosts and any port in development, but no credentials", () => {
    const development = (url: string) => endpointFault(url, { isInsecureAllowed: true });
    expect(development("http://127.0.0.1:9000/hook")).toBeNull();
    expect(development("http://localhost/")).toBeNull();
    expect(development("http://user:secret@localhost/")).toEqual(expect.any(String));
    expect(development("ftp://localhost/")).toEqual(expect.any(String));
  });

  const privateAddresses = fc.oneof(
    fc.tuple(fc.constantFrom(10, 127, 0), fc.nat(0xffffff)).map(([first, rest]) => first * 2 ** 24 + rest),
    fc.nat(0xffff).map((rest) => 0xc0a8_0000 + rest),
    fc.nat(0xffff).map((rest) => 0xa9fe_0000 + rest),
    fc.nat(0xf_ffff).map((rest) => 0xac10_0000 + rest),
    fc.nat(0x3f_ffff).map((rest) => 0x6440_0000 + rest),
  );
  const bytesOf = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256);
  const FORMS: readonly ((address: number) => string)[] = [
    (address) => bytesOf(address).join("."),
    String,
    (address) => `0x${address.toString(16)}`,
    (address) => `0${address.toString(8)}`,
    (address) =>
      bytesOf(address)
        .map((byte) => `0x${byte.toString(16)}`)
        .join("."),
    (address) =>
      bytesOf(address)
        .map((byte) => `0${byte.toString(8)}`)
        .join("."),
    (address) => `${Math.floor(address / 2 ** 24)}.${address % 2 ** 24}`,
    (address) => `${bytesOf(address).join(".")}.`,
    (address) => `[::ffff:${bytesOf(address).join(".")}]`,
    (address) => `[::${bytesOf(address).join(".")}]`,
    (address) => `[64:ff9b::${bytesOf(address).join(".")}]`,
    (address) => `[2002:${Math.floor(address / 65_536).toString(16)}:${(address % 65_536).toString(16)}::1]`,
  ];

  property.prop([privateAddresses, fc.constantFrom(...FORMS), fc.constantFrom("", ":8443"), fc.webPath()])(
    "rejects a private address in every form",
    (address, form, port, path) => {
      expect(fault(`https://${form(address)}${port}${path}`)).toEqual(expect.any(String));
    },
  );

  property.prop([fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })])("allows no IPv6 address outside 2000::/3", (bits) => {
    const text = bits.toString(16).padStart(32, "0").match(/.{4}/g)?.join(":") ?? "";
    if (bits >> 125n !== 1n) expect(fault(`https://[${text}]/`)).toEqual(expect.any(String));
  });

  property.prop([fc.string()])("never throws", (text) => {
    expect([null, expect.any(String)]).toContainEqual(fault(text));
  });
});
