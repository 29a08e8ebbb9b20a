import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { AlerterConfig } from '../../src/config.ts';
import type { Step } from '../../src/on-step.ts';

export interface AlerterProcess {
  pid: number;
  /** Everything it logged. */
  lines: Record<string, unknown>[];
  raw: string[];
  kill(signal: NodeJS.Signals): Promise<void>;
  exited: Promise<void>;
}

const main = fileURLToPath(new URL('./killable-main.ts', import.meta.url));

/** Several of them begin at once, beside whatever else the machine does. */
const readyLimitMs = 30_000;

/** The alerter as a process of its own; `killAt` makes it SIGKILL itself at the n-th passing of a labelled step. */
export async function spawnAlerter(
  config: AlerterConfig,
  killAt?: { step: Step; times?: number },
): Promise<AlerterProcess> {
  const argument = JSON.stringify({ config, killAt: killAt ?? null });
  const child: ChildProcess = spawn(process.execPath, ['--conditions=yoban-src', main, argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const raw: string[] = [];
  if (!child.stdout) throw new Error('the alerter has no output to read');
  const reader = createInterface({ input: child.stdout }).on('line', (line) => {
    raw.push(line);
    lines.push(JSON.parse(line));
  });
  // What it said last may be read after its end was seen.
  const exited = Promise.all([once(child, 'exit'), once(reader, 'close')]).then(() => undefined);
  const isReady = () => lines.some((line) => line.event === 'service.ready') || child.signalCode;
  await waitFor('a ready alerter', isReady, readyLimitMs).catch((error: unknown) => {
    // Left alone it would keep the test's own output open for ever.
    child.kill('SIGKILL');
    throw error;
  });
  return {
    pid: child.pid ?? 0,
    lines,
    raw,
    exited,
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}
