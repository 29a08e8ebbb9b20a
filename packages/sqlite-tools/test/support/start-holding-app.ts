import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const started: ChildProcess[] = [];

/** Starts the small guarded application on a database and waits until it has written. */
export async function startApp(file: string): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'holding-app.ts'), [file], {
    execArgv: ['--conditions=yoban-src'],
  });
  started.push(child);
  await once(child, 'message');
  return child;
}

/** SIGKILL, as a crash: its log stays behind. Waits for the end. */
export async function killApp(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export async function killApps(): Promise<void> {
  for (const child of started.splice(0)) await killApp(child);
}
