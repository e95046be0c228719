/** Takes CPU profiles through the inspector of workerd. https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
import { readFileSync } from "node:fs";

export interface Profile {
  nodes: {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
    children?: number[];
  }[];
  /** The node of each sample. */
  samples: number[];
  /** Microseconds before each sample. */
  timeDeltas: number[];
}

const INTERVAL_US = 500;

/**
 * Profiles the first Worker while `work` runs.
 * @param address of the inspector: `host:port`
 */
export async function profileOf(address: string, work: () => Promise<unknown>): Promise<Profile> {
  const [target] = (await (await fetch(`http://${address}/json`)).json()) as { webSocketDebuggerUrl: string }[];
  if (!target) throw new Error("the inspector has no target");
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", reject);
  });
  let last = 0;
  const waiting = new Map<number, (message: { result: unknown; error?: unknown }) => void>();
  socket.addEventListener("message", ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result: unknown };
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });
  const call = (method: string, params: object = {}): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ result, error }) => (error ? reject(new Error(JSON.stringify(error))) : resolve(result)));
      socket.send(JSON.stringify({ id, method, params }));
    });
  try {
    await call("Profiler.enable");
    await call("Profiler.setSamplingInterval", { interval: INTERVAL_US });
    await call("Profiler.start");
    await work();
    const { profile } = (await call("Profiler.stop")) as { profile: Profile };
    return profile;
  } finally {
    socket.close();
  }
}

export interface Time {
  name: string;
  /** Of the time of the profile. */
  share: number;
}

/**
 * The time of each function itself, and that of the functions of each part of the code, the longest first.
 * @param bundle the file of a bundle that is not minified
 */
export function selfTimes(
  { nodes, samples, timeDeltas }: Profile,
  bundle: string,
): { functions: Time[]; parts: Time[] } {
  const fileAt = filesIn(readFileSync(bundle, "utf8"));
  const frames = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const file = url === "" ? null : fileAt(lineNumber);
      const name = functionName || (file ? "(anonymous)" : "(native)");
      return [id, { function: file ? `${name}, ${file}` : name, part: file ? partOf(file) : "(native)" }] as const;
    }),
  );
  const functions = new Map<string, number>();
  const parts = new Map<string, number>();
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    const time = timeDeltas[at] ?? 0;
    add(functions, frame?.function ?? "(unknown)", time);
    add(parts, frame?.part === "(native)" ? frame.function : (frame?.part ?? "(unknown)"), time);
  }
  return { functions: sharesOf(functions), parts: sharesOf(parts) };
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

function sharesOf(times: ReadonlyMap<string, number>): Time[] {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([name, time]) => ({ name, share: time / total }))
    .toSorted((one, other) => other.share - one.share);
}

/** The source file of each line of a bundle: esbuild puts its path in a comment before its code. */
function filesIn(bundle: string): (line: number) => string | null {
  const starts: [line: number, file: string][] = [];
  for (const [line, text] of bundle.split("\n").entries()) {
    const [, file] = /^(?: {2})?\/\/ ((?:src|node_modules|packages)\/\S+)$/.exec(text) ?? [];
    if (file !== undefined) starts.push([line, file]);
  }
  return (line) => starts.findLast(([start]) => start <= line)?.[1] ?? null;
}

/** `src/objects/writer/merger.ts` belongs to `src/objects/writer`, and a package is one part. */
function partOf(file: string): string {
  const [first = "", second = "", third = ""] = file.split("/");
  if (first === "node_modules") return second.startsWith("@") ? `${second}/${third}` : second;
  return file
    .split("/")
    .slice(0, second === "objects" ? 3 : 2)
    .join("/");
}
