import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import type { Deed } from './deed.ts';

/** Waits, and nothing else. */
export async function waitSome({ for: waitMs }: ActionConfigOf<'wait'>, signal: AbortSignal): Promise<Deed> {
  try {
    await sleep(waitMs, undefined, { signal });
    return { ok: true, detail: `waited ${waitMs / 1_000} s` };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { ok: false, detail: 'broken off' };
  }
}
