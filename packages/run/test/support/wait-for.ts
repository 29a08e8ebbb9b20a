import { setTimeout as sleep } from 'node:timers/promises';

type Nothing = undefined | null | false;

/** Waits until `probe` gives something other than undefined, null or false, and returns it; fails at the deadline, naming what it waited for. */
export async function waitFor<T>(
  what: string,
  probe: () => Nothing | T | Promise<Nothing | T>,
  limitMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== null && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await sleep(20);
  }
}
