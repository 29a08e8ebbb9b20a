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

/** Those this process started, by themselves or through others, itself, and those with this text in their environment. */
function ours(mark: string | null): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(pids.map((pid) => [pid, /^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1]]));
  const isChild = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.pid) || isChild(parents.get(pid)));
  return pids.filter((pid) => isChild(pid) || (mark !== null && read(pid, 'environ').includes(mark)));
}

/** What the host took from each core so far, ms: no process is told that it waited for that. */
const stolenMs = (): number[] =>
  [...readFileSync('/proc/stat', 'utf8').matchAll(/^cpu\d+ (.*)$/gm)].map(
    ([, counts = '']) => Number(counts.split(' ')[7] ?? 0) * 10,
  );

/** How long something took, and how long without the waits for a free core: a limit is about the latter. */
export interface Took {
  tookMs: number;
  ownMs: number;
}

/** Begins to measure; `pids` gives those that may have waited, now and at the end. */
export function startTook(pids: () => readonly string[]): () => Took {
  const before = new Map(pids().map((pid) => [pid, waitedMs(pid)]));
  const stolenBefore = stolenMs();
  const begunAt = performance.now();
  return () => {
    const tookMs = performance.now() - begunAt;
    const waits = pids().map((pid) => Math.max(0, waitedMs(pid) - (before.get(pid) ?? 0)));
    const stolen = Math.max(0, ...stolenMs().map((now, core) => now - (stolenBefore[core] ?? now)));
    return { tookMs, ownMs: Math.max(0, tookMs - stolen - waits.reduce((sum, one) => sum + one, 0)) };
  };
}

/**
 * Begins to measure; what it gives is the milliseconds since then, without those in which a test's processes waited for a core: a
 * limit that is promised for a machine with nothing else to do is judged by these. Nor those that the host of the machine took. `mark`,
 * such as the home of a kit, stands in the environment of those that run apart from the test.
 */
export function startOwnTime(mark: string | null = null): () => number {
  const took = startTook(() => ours(mark));
  return () => took().ownMs;
}
