/** How other modules call the Writers. */
import { callByName, LONG_CALL_LIMITS, placed } from "../shared/call.ts";
import type { WriterObject } from "./rpc.ts";

/**
 * Calls a Writer.
 * @throws Problem `unavailable` when it cannot be reached or is overloaded
 */
export const callWriter = <T>(env: Env, writer: number, call: (object: WriterObject) => Promise<T>): Promise<T> =>
  callByName(
    placed(env.WRITER_OBJECTS, { ...env, OBJECTS_LOCATION: env.DATABASE_LOCATION }),
    String(writer),
    call,
    "writer",
    LONG_CALL_LIMITS,
  );
