/** Bounds the metadata of an alert: keeps as many of its members as fit, the short ones first, and names the others. */
import { isObject, safeJson, safeText } from "../lib/json.ts";
import { entrySize, jsonSize } from "../lib/json-size.ts";

type Metadata = Record<string, unknown>;

const MAX_NAMES = 100;
const MAX_NAME_LENGTH = 100;

interface Member {
  /** Its index among the members of the object. */
  at: number;
  key: string;
  value: unknown;
  size: number;
}

/**
 * Metadata that Postgres can store, within a length.
 * @param limit in characters of JSON
 * @returns a copy; `omitted` names the members that did not fit, as paths such as `labels.instance`
 */
export function boundMetadata(metadata: Metadata, limit: number): Metadata {
  if (jsonSize(metadata, limit) <= limit) return safeJson(metadata) as Metadata;
  const omitted = new Omitted(Math.floor(limit / 8));
  const kept = fit(metadata, limit - omitted.room, "", omitted);
  return { ...(safeJson(kept) as Metadata), omitted: omitted.names };
}

/** The names of members that did not fit, themselves bounded. */
class Omitted {
  readonly room: number;
  readonly names: string[] = [];
  #left: number;
  #isFull = false;

  constructor(room: number) {
    this.room = Math.min(room, MAX_NAMES * MAX_NAME_LENGTH);
    // Room for the key `omitted` and for the last name.
    this.#left = this.room - 20;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  add(path: string, key: string): void {
    if (this.#isFull) return;
    const whole = path + key;
    const name = safeText(whole.length > MAX_NAME_LENGTH ? `${whole.slice(0, MAX_NAME_LENGTH - 1)}…` : whole);
    this.#left -= jsonSize(name, MAX_NAME_LENGTH) + 1;
    this.#isFull = this.#left < 0 || this.names.length === MAX_NAMES - 1;
    this.names.push(this.#isFull ? "…" : name);
  }
}

/** The members of an object that fit. Objects among those that are too large are kept in part. */
function fit(object: Metadata, limit: number, path: string, omitted: Omitted): Metadata {
  const { members, objects } = bySize(object);
  let left = limit - 2;
  const kept: (readonly [number, string, unknown])[] = [];
  const keep = ({ at, key }: Member, value: unknown, size: number) => {
    kept.push([at, key, value]);
    left -= size;
  };

  // Each may use an equal share of the room that the smaller ones left.
  let count = 0;
  for (const member of members) {
    if (member.size > left / (members.length - count)) break;
    keep(member, member.value, member.size);
    count++;
  }
  const smallest = members[count]?.size ?? Infinity;
  const large = objects.filter(({ size }) => size >= smallest);
  for (const [index, member] of large.entries()) {
    if (kept.some(([at]) => at === member.at)) continue;
    const room = Math.floor(left / (large.length - index)) - entrySize(member.key, "", left);
    const part = room > 2 ? fit(member.value as Metadata, room, `${path}${member.key}.`, omitted) : {};
    if (Object.keys(part).length > 0) keep(member, part, entrySize(member.key, part, limit));
    else if (room <= 2) omitted.add(path, member.key);
  }
  for (const member of members.slice(count)) {
    if (isObject(member.value)) continue;
    if (member.size <= left) keep(member, member.value, member.size);
    else if (omitted.isFull) break;
    else omitted.add(path, member.key);
  }
  return Object.fromEntries(kept.toSorted(([a], [b]) => a - b).map(([, key, value]) => [key, value]));
}

/** Counting stops above this size: no limit is larger. */
const MAX_SIZE = 65_536;

interface Measured {
  /** The smallest first. */
  members: readonly Member[];
  /** Those of them that are objects. */
  objects: readonly Member[];
}

/** Objects that many events share are measured once. */
const measured = new WeakMap<object, Measured>();

function bySize(object: Metadata): Measured {
  const known = measured.get(object);
  if (known) return known;
  const members = Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([key, value], at) => ({ at, key, value, size: entrySize(key, value, MAX_SIZE) }))
    .toSorted((a, b) => a.size - b.size);
  const result = { members, objects: members.filter(({ value }) => isObject(value)) };
  measured.set(object, result);
  return result;
}
