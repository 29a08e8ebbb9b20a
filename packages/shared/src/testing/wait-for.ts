import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `probe` gives something other than undefined, null or false, and returns it. Fails at the deadline with what
 * it was waiting for; this is for conditions of other processes, never for luck.
 */
export async function waitFor<T>(what: string, probe: () => T | Promise<T>, limitMs = 30_000): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await sleep(20);
  }
}
