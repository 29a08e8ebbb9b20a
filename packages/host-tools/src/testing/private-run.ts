import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crashProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { commandLine, procStat } from '../proc.ts';
import { askRun } from '../run-parent/ask-run.ts';
import type { RunStatus } from '../run-parent/run-protocol.ts';

const program = fileURLToPath(new URL('../../../run/src/main.ts', import.meta.url));

export interface PrivateRun {
  socket: string;
  /** Starts the parent and waits until its app is online. `flags` are those of `yoban run`. */
  start(...flags: string[]): Promise<RunStatus>;
  /** What it says now. */
  status(): Promise<RunStatus>;
  /** Asks it as an operator would. */
  ask(what: 'stop' | 'start' | 'restart'): Promise<RunStatus>;
  /** Numbers in our own namespace, wherever it runs. */
  parentPid(): number;
  appPid(): number;
  /** Ends the parent alone; elsewhere its app goes with it, as with a container. */
  kill(): Promise<void>;
  /** Ends the parent and everything it ran. */
  stop(): Promise<void>;
}

/**
 * A real `yoban run` of a test's own around `node <script>`, whose path no other process may have in its command line.
 * `elsewhere` = in a pid namespace of its own, as in another container; fails, saying why, where this user may not make one.
 */
export function createPrivateRun(script: string, where: 'here' | 'elsewhere' = 'here'): PrivateRun {
  const socket = path.join(path.dirname(script), 'app.sock');
  const [node, marks] = [process.execPath, { parent: `--socket ${socket}`, app: `${process.execPath} ${script}` }];
  let child: ChildProcess | null = null;
  const status = () => askRun(socket, 'status', 20_000);
  const kill = async () => {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    process.kill(only(marks.parent, 'parent'), 'SIGKILL');
    await ended;
  };
  return {
    socket,
    status,
    ask: (what) => askRun(socket, what, 20_000),
    kill,
    start: async (...flags) => {
      const parent = [node, '--conditions=yoban-src', program, '--socket', socket, ...flags, '--', node, script];
      const [file = node, ...args] = where === 'here' ? parent : [...elsewhere(), ...parent];
      const started = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
      child = started;
      let said = '';
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      return waitFor('the app under yoban run', async () => {
        if (started.exitCode !== null) throw new Error(`yoban run did not start ${where}: ${said}`);
        const now = await status().catch(() => null);
        return now?.state === 'online' ? now : null;
      });
    },
    parentPid: () => only(marks.parent, 'parent'),
    appPid: () => only(marks.app, 'app'),
    stop: async () => {
      await kill();
      await waitFor('the end of all of it', () => {
        const left = [...pidsOf(marks.parent), ...pidsOf(marks.app, 'start')];
        for (const pid of left) crashProcess(pid);
        return left.length === 0;
      });
    },
  };
}

/** A user who is not root needs a namespace in which he is. */
const elsewhere = (): string[] => [
  ...['unshare', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc'],
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
];

function only(mark: string, what: 'parent' | 'app'): number {
  const [pid] = pidsOf(mark, what === 'app' ? 'start' : 'anywhere');
  if (pid === undefined) throw new Error(`no ${what} runs`);
  return pid;
}

function pidsOf(mark: string, at: 'start' | 'anywhere' = 'anywhere'): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = procStat(pid) ? commandLine(pid) : null;
      if (!line || line.startsWith('unshare ')) return false;
      return at === 'start' ? line.startsWith(mark) : line.includes(mark);
    });
}
