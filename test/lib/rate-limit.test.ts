import { expect, it } from "vitest";
import { addressOf } from "../../src/lib/rate-limit.ts";

it.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8::1", "2001:db8:0:0::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1:2:3:4:5", "fe80:0:0:1::/64"],
  ["::ffff:192.0.2.7", "::ffff:192.0.2.7"],
])("counts %s as %s", (address, counted) => {
  expect(addressOf(new Headers({ "cf-connecting-ip": address }))).toBe(counted);
});

it("counts requests without an address together", () => {
  expect(addressOf(new Headers())).toBe("unknown");
});
