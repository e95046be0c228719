/** Takes CPU profiles through the inspector of workerd. https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */

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
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let last = 0;
  const waiting = new Map<number, (message: { result: unknown; error?: unknown }) => void>();
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result: unknown };
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  };
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

export interface FunctionTime {
  name: string;
  /** Of the time of the profile. */
  share: number;
}

/** The time of each function itself, the longest first. */
export function selfTimes({ nodes, samples, timeDeltas }: Profile): FunctionTime[] {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [at, id] of samples.entries()) {
    const frame = frames.get(id);
    const delta = timeDeltas[at] ?? 0;
    const name = frame?.functionName || `(anonymous, line ${frame?.lineNumber})`;
    times.set(name, (times.get(name) ?? 0) + delta);
    total += delta;
  }
  return [...times]
    .map(([name, time]) => ({ name, share: time / total }))
    .toSorted((one, other) => other.share - one.share);
}
