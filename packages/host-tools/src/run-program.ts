import { spawn } from 'node:child_process';

export interface ProgramRun {
  file: string;
  args: readonly string[];
  /** The whole environment of the child: nothing is inherited, so that no secret of ours reaches it. */
  env: Record<string, string>;
  timeoutMs: number;
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
  for (const pid of running) endGroup(pid);
};
const outputMaxBytes = 4 * 1024 * 1024;

/** What a child of ours may see of our environment. */
export const plainEnvironment = (source: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'USER', 'LANG', 'TMPDIR'].flatMap((name) => (source[name] ? [[name, source[name]]] : [])),
  );

/**
 * Runs a program by argv, never by a shell, in a process group of its own that is ended at the time limit, and with us. Output
 * over 4 MB is cut. Rejects only when the program cannot be started.
 */
export function runProgram(run: ProgramRun): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(run.file, run.args, { env: run.env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const kept = { stdout: '', stderr: '' };
    let timedOut = false;
    if (running.size === 0) process.on('exit', endAll);
    if (child.pid !== undefined) running.add(child.pid);
    const timer = setTimeout(() => {
      timedOut = true;
      endGroup(child.pid);
    }, run.timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (kept[name].length < outputMaxBytes) kept[name] += text;
      });
    }
    const over = () => {
      clearTimeout(timer);
      if (child.pid !== undefined) running.delete(child.pid);
      if (running.size === 0) process.off('exit', endAll);
    };
    child.on('error', (error) => {
      over();
      reject(error);
    });
    // 'exit', not 'close': a daemon that inherited the pipes would keep them open for ever.
    child.on('exit', (code) => {
      over();
      setImmediate(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code: timedOut ? null : code, ...kept, timedOut });
      });
    });
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended between its time limit and this line.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
