import type { Deed } from './deed.ts';

/**
 * Waits for work that cannot be broken off itself, up to its limit or until the signal fires; the work goes on by itself then, and
 * what becomes of it is seen by looking again.
 */
export async function within(work: Promise<Deed>, timeoutMs: number, signal: AbortSignal): Promise<Deed> {
  const limit = AbortSignal.timeout(timeoutMs);
  const end = AbortSignal.any([limit, signal]);
  const over = Promise.withResolvers<Deed>();
  const stop = () => {
    const late = { ok: false, timedOut: true, detail: `no end within ${timeoutMs / 1_000} s` };
    over.resolve(limit.aborted ? late : { ok: false, detail: 'broken off' });
  };
  end.addEventListener('abort', stop, { once: true });
  if (end.aborted) stop();
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    end.removeEventListener('abort', stop);
  }
}
