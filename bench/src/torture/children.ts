import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** Starts one of the torture's own programs; its standard error is ours. */
export const startChild = (main: string, ...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=yoban-src', path.join(import.meta.dirname, main), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

/** Kills it and waits until it is gone. A child that ended by itself before is a fault of the torture, so it is told. */
export async function killChild(child: ChildProcess, name: string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`${name} ended by itself with ${child.exitCode}`);
  child.kill('SIGKILL');
  if (child.signalCode === null) await once(child, 'exit');
}
