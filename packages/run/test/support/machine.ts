import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { readProcess } from '../../src/proc.ts';
import { waitFor } from './wait-for.ts';

/** Below the ports that the kernel gives to outgoing connections: one of those could take it while an app is started anew. */
export async function freePort(): Promise<number> {
  const server = createServer();
  try {
    server.listen(randomInt(10_000, 32_000), '127.0.0.1');
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

export const isAlive = (pid: number): boolean => readProcess(pid) !== null;

export const untilGone = (pid: number): Promise<unknown> => waitFor(`the end of ${pid}`, () => !isAlive(pid));

/** Lines that the app noted, as `[word, rest]`. */
export const notesIn = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
