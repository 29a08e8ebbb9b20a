import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { Step } from '../../../../apps/alerter/src/on-step.ts';

/** Die at the n-th passing of a step. */
export interface Order {
  step: Step;
  passes: number;
}

export interface AlerterChild {
  pid: number;
  /** Null takes the order back. */
  order(order: Order | null): void;
  signal(signal: NodeJS.Signals): void;
  isUp(): boolean;
  exited: Promise<void>;
}

interface AlerterHome {
  /** Its YOBAN_HOME. */
  home: string;
  logFile: string;
  env: Readonly<Record<string, string>>;
  sabotage: string | null;
}

const main = path.join(import.meta.dirname, 'alerter-main.ts');
/** Only there to end a hang: a dozen processes may share the machine with whatever else runs there. */
const startLimitMs = 90_000;

/** Starts an alerter as a process of its own and waits until it is ready. */
export async function startAlerter({ home, logFile, env, sabotage }: AlerterHome): Promise<AlerterChild> {
  mkdirSync(path.join(home, 'run'), { recursive: true });
  const output = openSync(logFile, 'a');
  const child: ChildProcess = spawn(process.execPath, ['--conditions=yoban-src', main, sabotage ?? ''], {
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, LOG_LEVEL: 'info', ...env, YOBAN_HOME: home },
  });
  closeSync(output);
  let ready = false;
  child.on('message', (message) => {
    ready ||= message === 'ready';
  });
  // An order to one that died a moment ago.
  child.on('error', () => undefined);
  const exited = once(child, 'exit').then(() => undefined);
  const isUp = () => child.exitCode === null && child.signalCode === null;
  await waitFor(`a ready alerter (${logFile})`, () => ready || !isUp(), startLimitMs);
  return {
    pid: child.pid ?? 0,
    order: (order) => void (isUp() && child.connected && child.send(order as object)),
    signal: (signal) => void child.kill(signal),
    isUp,
    exited,
  };
}
