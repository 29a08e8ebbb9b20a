import { readdirSync, readFileSync } from 'node:fs';

const read = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    // It ended while the list was read.
    return '';
  }
};

/** Milliseconds so far in which a process (its main thread) could have run and no core was free for it. */
const waitedMs = (pid: string): number => Number(read(pid, 'schedstat').split(' ')[1] ?? 0) / 1e6;

/** Those with this folder in their environment, and those this process started, by themselves or through others. */
function ours(home: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, /^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]]));
  const isChild = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isChild(parents.get(pid)));
  return pids.filter((pid) => isChild(pid) || read(pid, 'environ').includes(home));
}

/**
 * Begins to count; what it gives is the milliseconds since then in which the processes of a kit, of this test and of its browser
 * waited for a core. A limit that is promised for a machine with nothing else to do is judged without them.
 */
export function startCpuWaits(home: string): () => number {
  const before = new Map(ours(home).map((pid) => [pid, waitedMs(pid)]));
  return () => ours(home).reduce((sum, pid) => sum + Math.max(0, waitedMs(pid) - (before.get(pid) ?? 0)), 0);
}
