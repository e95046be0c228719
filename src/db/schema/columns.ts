/** Column types of Postgres in the form that the Worker needs. */
import { customType, timestamp } from "drizzle-orm/pg-core";

export const instant = <const Name extends string>(name: Name) =>
  timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

export const bytea = customType<{ data: Uint8Array; driverData: string | Uint8Array }>({
  dataType: () => "bytea",
  toDriver: (bytes) => bytes,
  fromDriver: (value) => (typeof value === "string" ? hexToBytes(value) : new Uint8Array(value)),
});

/** A 64-bit transaction id, which never wraps around. Text, because it may exceed the integers of JSON. */
export const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

function hexToBytes(literal: string): Uint8Array {
  const hex = literal.startsWith("\\x") ? literal.slice(2) : literal;
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
}
