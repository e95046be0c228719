/** Resources that processes used, as Linux counts them. */
import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  /** Processor time in user and kernel mode. */
  cpuSeconds: number;
  bytesWritten: number;
}

/**
 * Resources that a process and its children have used so far. The bytes that ended children wrote are not counted.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, https://man7.org/linux/man-pages/man5/proc_pid_io.5.html
 */
export function usageOf(pid: number): Usage {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const family = all.filter((id) => id === pid || statOf(id)?.parent === pid);
  return family.reduce(
    (sum, id) => ({
      cpuSeconds: sum.cpuSeconds + (statOf(id)?.cpuSeconds ?? 0),
      bytesWritten: sum.bytesWritten + bytesWritten(id),
    }),
    { cpuSeconds: statOf(pid)?.endedChildrenSeconds ?? 0, bytesWritten: 0 },
  );
}

/** The memory of a process now, and the most that it ever had, in bytes. */
export function memoryOf(pid: number): { now: number; most: number } {
  const status = readOr("", `/proc/${pid}/status`);
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}

/** Resources used between two samples, divided by a count. */
export const usagePer = (count: number, before: Usage, after: Usage): Usage => ({
  cpuSeconds: (after.cpuSeconds - before.cpuSeconds) / count,
  bytesWritten: (after.bytesWritten - before.bytesWritten) / count,
});

function statOf(pid: number): { parent: number; cpuSeconds: number; endedChildrenSeconds: number } | undefined {
  // The name of the program is in brackets, and may contain spaces.
  const fields = readOr("", `/proc/${pid}/stat`).split(") ")[1]?.split(" ");
  const seconds = (at: number): number => (Number(fields?.[at]) + Number(fields?.[at + 1])) / 100;
  return fields && { parent: Number(fields[1]), cpuSeconds: seconds(11), endedChildrenSeconds: seconds(13) };
}

const bytesWritten = (pid: number): number =>
  Number(/^write_bytes: (\d+)$/m.exec(readOr("", `/proc/${pid}/io`))?.[1] ?? 0);

/** A process may have ended before its file is read. */
function readOr(otherwise: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}
