import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrno } from '@yoban/shared/errors';

export interface ProgramRun {
  file: string;
  args: readonly string[];
  /** The whole environment of the child: nothing is inherited, so that no secret of ours reaches it. */
  env: Record<string, string>;
  timeoutMs: number;
  cwd?: string;
  /** Ends it as its time limit does. */
  signal?: AbortSignal;
  /** At the end of its time it gets SIGTERM and so long to end by itself; without this SIGKILL at once. */
  termMs?: number;
  /** Of each stream the newest so many characters are kept. */
  outputMax?: number;
  /** Whatever it started in its group and left running ends with it. */
  endGroup?: boolean;
}

export interface ProgramResult {
  /** Exit code; null when it was ended at its time limit or by a signal. */
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
}

const running = new Set<number>();
const endAll = () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
};
const usualOutputMax = 4 * 1024 * 1024;
/** For what it wrote last to come through; a daemon that inherited the pipes would keep them open for ever. */
const lastWordsMs = 200;

/** What a child of ours may see of our environment. */
export const plainEnvironment = (
  source: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR'].flatMap((name) => (source[name] ? [[name, source[name]]] : [])),
  );

/**
 * Runs a program by argv, never by a shell, in a process group of its own that is ended at the time limit, and with us.
 * Rejects only when the program cannot be started.
 */
export async function runProgram(run: ProgramRun): Promise<ProgramResult> {
  const child = spawn(run.file, run.args, {
    ...{ env: run.env, cwd: run.cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const output = keepOutput(child, run.outputMax ?? usualOutputMax);
  const { pid } = child;
  if (pid === undefined) return new Promise((_, reject) => child.on('error', reject));
  if (running.size === 0) process.on('exit', endAll);
  running.add(pid);
  const limit = AbortSignal.timeout(run.timeoutMs);
  const end = run.signal ? AbortSignal.any([limit, run.signal]) : limit;
  const ending = endWith(end, pid, run.termMs ?? 0);
  try {
    const code = await exitOf(child);
    const late = ending.begun();
    // What its leader left behind of the group had its chance too.
    if (late || run.endGroup) signalGroup(pid, 'SIGKILL');
    await output.closed();
    return { code: late ? null : code, ...output.kept, timedOut: late && limit.aborted };
  } finally {
    ending.forget();
    running.delete(pid);
    if (running.size === 0) process.off('exit', endAll);
  }
}

const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    // 'exit', not 'close': see lastWordsMs.
    child.on('exit', (code) => resolve(code));
  });

function keepOutput(child: ChildProcess, max: number) {
  const kept = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      const all = kept[name] + text;
      kept[name] = all.length > 2 * max ? all.slice(-max) : all;
    });
  }
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return {
    kept,
    closed: async () => {
      await Promise.race([closed, sleep(lastWordsMs, undefined, { ref: false })]);
      child.stdout?.destroy();
      child.stderr?.destroy();
      for (const name of ['stdout', 'stderr'] as const) kept[name] = kept[name].slice(-max);
    },
  };
}

/** Ends a group when the signal fires: SIGTERM first where it has time, SIGKILL in the end. */
function endWith(signal: AbortSignal, pid: number, termMs: number) {
  let kill: NodeJS.Timeout | undefined;
  let begun = false;
  const begin = () => {
    begun = true;
    signalGroup(pid, termMs > 0 ? 'SIGTERM' : 'SIGKILL');
    // A stopped process would keep the SIGTERM for later.
    if (termMs > 0) signalGroup(pid, 'SIGCONT');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), termMs);
  };
  signal.addEventListener('abort', begin, { once: true });
  if (signal.aborted) begin();
  return {
    begun: () => begun,
    forget: () => {
      clearTimeout(kill);
      signal.removeEventListener('abort', begin);
    },
  };
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // It ended just now; or it is sudo's, which runs as somebody else and hears of our end by its pipes.
    if (!hasErrno(error, 'ESRCH', 'EPERM')) throw error;
  }
}
