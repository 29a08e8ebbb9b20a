import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';

export type KitService = 'alerter' | 'backup-worker' | 'health-api' | 'watchdog';

/** Services of the kit as processes of their own, without a supervisor: who is killed stays dead until it is started again. */
export interface KitServices {
  start: (name: KitService) => Promise<void>;
  /** Sends the signal; resolves when the process is gone, where the signal ends it. */
  signal: (name: KitService, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>;
  stop: () => Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const readyLimitMs = 60_000;

/** Starts the named ones with this environment and waits until each is ready; rejects with what they said otherwise. */
export async function startKitServices(names: readonly KitService[], env: NodeJS.ProcessEnv): Promise<KitServices> {
  const running = new Map<KitService, ChildProcess>();
  const start = async (name: KitService) => {
    const main = path.join(root, 'apps', name, 'src', 'main.ts');
    const child = spawn(process.execPath, ['--conditions=yoban-src', main], {
      ...{ cwd: root, env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.set(name, child);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    try {
      await waitFor(`${name} ready`, () => said.includes('service.ready'), readyLimitMs);
    } catch (error) {
      throw new Error(said, { cause: error });
    }
  };
  const signal: KitServices['signal'] = async (name, what) => {
    const child = running.get(name);
    if (!child) throw new Error(`${name} was not started`);
    child.kill(what);
    if (what === 'SIGKILL') await once(child, 'exit');
  };
  const stop = async () => {
    await Promise.all([...running.values()].map(end));
  };
  try {
    await Promise.all(names.map(start));
  } catch (error) {
    await stop();
    throw error;
  }
  return { start, signal, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  await once(child, 'exit');
}
