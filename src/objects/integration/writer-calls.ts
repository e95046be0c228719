/** Chooses the Writer of an object, and calls it within a time limit. Decides nothing about the outbox: see flush.ts. */
import type { Chunk } from "../../db/chunk.ts";
import { fnv1a } from "../../lib/fnv1a.ts";
import { SECOND } from "../../lib/time.ts";
import { NoAnswer, within } from "../shared/call.ts";
import type { WriteReply } from "../writer/rpc.ts";

/** Longer than a Writer needs: for the transaction in flight, the next one, and the notifications. */
const CALL_TIMEOUT_MS = 30 * SECOND;

/** A Writer answers a request without chunks at once. */
const ASK_TIMEOUT_MS = 5 * SECOND;

/** After this many failures in a row, the object calls the next Writer: writes are idempotent. */
const FAILURES_PER_WRITER = 2;

/** A call of a Writer with the report of the object. @throws when the Writer cannot be reached */
export type WriterCall = (writer: number, chunks: readonly Chunk[], isUrgent: boolean) => Promise<WriteReply>;

/** The Writer that an object calls first. @param object its name @param writers how many there are */
export const homeWriter = (object: string, writers: number): number => fnv1a(object) % writers;

export class WriterCalls {
  readonly #call: WriterCall;
  readonly #writers: number;
  #writer: number;
  #failures = 0;

  /** @param object the name of the calling object @param writers how many Writers there are */
  constructor(call: WriterCall, object: string, writers: number) {
    this.#call = call;
    this.#writers = writers;
    this.#writer = homeWriter(object, writers);
  }

  /** Sends chunks to the Writer; without chunks, asks whether it has room. Never rejects. */
  async write(chunks: readonly Chunk[], isUrgent: boolean): Promise<WriteReply> {
    const reply = await this.#callInTime(chunks, isUrgent);
    if (reply.kind === "failed") this.#failures++;
    // A Writer may answer a question and yet fail to write.
    else if (chunks.length > 0) this.#failures = 0;
    if (this.#failures === FAILURES_PER_WRITER) {
      this.#writer = (this.#writer + 1) % this.#writers;
      this.#failures = 0;
    }
    return reply;
  }

  async #callInTime(chunks: readonly Chunk[], isUrgent: boolean): Promise<WriteReply> {
    const timeoutMs = chunks.length > 0 ? CALL_TIMEOUT_MS : ASK_TIMEOUT_MS;
    try {
      return await within(timeoutMs, this.#call(this.#writer, chunks, isUrgent));
    } catch (error) {
      // The call has logged its error.
      const reason = error instanceof NoAnswer ? "did not answer in time" : "cannot be reached";
      return { kind: "failed", error: `The Writer ${reason}.` };
    }
  }
}
