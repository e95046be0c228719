/**
 * Timeline pages that were read and whose messages are under way. The stored cursor moves past a page once each of its messages
 * is delivered or stored, so that a crash reads a page again rather than losing a message.
 */
import type { TimelineCursor } from "../../db/timeline.ts";

/** Entries in a page. */
export const PAGE_SIZE = 100;

/** A page in memory. */
export interface ReadPage {
  nextCursor: TimelineCursor;
  /** Messages that are neither delivered nor stored. */
  unsettled: number;
}

/** Where the cursor is kept. */
export interface CursorStore {
  readonly cursor: TimelineCursor | null;
  moveCursor(cursor: TimelineCursor): void;
}

/** The pages in the order in which they were read. */
export class ReadAhead {
  readonly #store: CursorStore;
  readonly #pages: ReadPage[] = [];

  constructor(store: CursorStore) {
    this.#store = store;
  }

  /** Pages with unsettled messages. */
  get pages(): number {
    return this.#pages.length;
  }

  /** Where to read the next page. Null: the object has no config yet. */
  get cursor(): TimelineCursor | null {
    return this.#pages.at(-1)?.nextCursor ?? this.#store.cursor;
  }

  /** Adds a page with this number of messages. */
  add(nextCursor: TimelineCursor, messages: number): ReadPage {
    const page = { nextCursor, unsettled: messages };
    this.#pages.push(page);
    this.#advance();
    return page;
  }

  /** One message of a page is delivered or stored. */
  settle(page: ReadPage): void {
    page.unsettled--;
    this.#advance();
  }

  #advance(): void {
    let cursor: TimelineCursor | null = null;
    while (this.#pages[0]?.unsettled === 0) cursor = this.#pages.shift()?.nextCursor ?? null;
    if (cursor) this.#store.moveCursor(cursor);
  }
}
