/** Counts the calls of integrations' objects. */
import { vi } from "vitest";
import { Integration } from "../../src/ingest/integration-object.ts";
import { Integration as WithoutPipeline } from "../../src/objects/integration/object.ts";

/** Own calls of an object while it answers `receive`, and calls of its platform. */
const NOT_REMOTE = new Set(["constructor", "alarm"]);

/**
 * Records the names of the calls that reach any integration's object, until `vi.restoreAllMocks()`. What an object calls of
 * itself within `receive` is not counted.
 */
export function recordObjectCalls(): string[] {
  const calls: string[] = [];
  let receiving = 0;
  for (const { prototype } of [Integration, WithoutPipeline]) {
    for (const name of Object.getOwnPropertyNames(prototype).filter((method) => !NOT_REMOTE.has(method))) {
      const methods = prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
      const original = Reflect.get(prototype, name) as (...args: unknown[]) => unknown;
      vi.spyOn(methods, name).mockImplementation(function (this: unknown, ...args) {
        if (receiving === 0) calls.push(name);
        if (name !== "receive") return original.apply(this, args);
        receiving++;
        return (original.apply(this, args) as Promise<unknown>).finally(() => receiving--);
      });
    }
  }
  return calls;
}
