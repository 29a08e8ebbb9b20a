import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { readProcess } from '../../src/proc.ts';
import { waitFor } from './wait-for.ts';

/** Of its own for each worker of a test run: a port is free until its owner listens. */
const lowestPort = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 8) * 2_750;

/** Below the ports that the kernel gives to outgoing connections: one of those could take it while an app is started anew. */
export async function freePort(): Promise<number> {
  const server = createServer();
  try {
    server.listen(lowestPort + randomInt(2_750), '127.0.0.1');
    await once(server, 'listening');
  } catch {
    // Somebody has it.
    return freePort();
  }
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The pid that answers there, or null. */
export async function pidAt(port: number): Promise<number | null> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1_000) });
    return Number(await answer.text());
  } catch {
    // Refused, reset or silent: nobody answers now.
    return null;
  }
}

/** A signal to one process. @throws where there is no pid: 0 would mean the whole group of the tests themselves. */
export function signalOne(pid: number | null, signal: NodeJS.Signals): void {
  if (!pid) throw new Error(`no process to send ${signal} to`);
  process.kill(pid, signal);
}

export const isAlive = (pid: number): boolean => readProcess(pid) !== null;

export const untilGone = (pid: number): Promise<unknown> => waitFor(`the end of ${pid}`, () => !isAlive(pid));

/** Lines that the app noted, as `[word, rest]`. */
export const notesIn = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
