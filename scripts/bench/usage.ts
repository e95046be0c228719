/** Resources that processes used, as Linux counts them. */
import { readdirSync, readFileSync } from "node:fs";

export interface Usage {
  /** Processor time in user and kernel mode. */
  cpuSeconds: number;
  /** Bytes written to the disk. */
  bytesWritten: number;
}

/**
 * Resources that a process and its current children have used so far.
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
    { cpuSeconds: 0, bytesWritten: 0 },
  );
}

/** Resources used between two samples, divided by a count. */
export const usagePer = (count: number, before: Usage, after: Usage): Usage => ({
  cpuSeconds: (after.cpuSeconds - before.cpuSeconds) / count,
  bytesWritten: (after.bytesWritten - before.bytesWritten) / count,
});

function statOf(pid: number): { parent: number; cpuSeconds: number } | undefined {
  // The name of the program is in brackets, and may contain spaces.
  const fields = readOr("", `/proc/${pid}/stat`).split(") ")[1]?.split(" ");
  return fields && { parent: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
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
