import { lookLimit } from '../probes/look-limit.ts';
import type { Finding, PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, inWords, unknown, type Verdict } from './verdict.ts';

export interface Frame {
  timeoutMs: number;
  now: ProbeAround['now'];
  /** What it means that the limit came first; bad where the silence itself is the fault. */
  late?: (limit: string) => Verdict;
}

const detailMaxLength = 300;
const usualLate = (limit: string): Verdict => bad(`no answer within ${limit}`);

/**
 * The frame of every declared probe: ends at its limit and at once on abort, even where `read` does not heed its signal, and
 * never rejects. An error that `read` did not expect says nothing about the service: unknown.
 */
export function framedLook(
  { timeoutMs, now, late = usualLate }: Frame,
  read: (signal: AbortSignal) => Verdict | Promise<Verdict>,
): PolicyProbe['look'] {
  return async (outer) => {
    const at = now();
    const begin = performance.now();
    const limit = lookLimit(timeoutMs);
    const signal = AbortSignal.any([limit.signal, outer]);
    const broken = (): Verdict => (outer.aborted ? unknown('the look was broken off') : late(inWords(timeoutMs)));
    try {
      const verdict = outer.aborted ? broken() : await firstOf(read, signal, broken);
      return findingOf(verdict, at, performance.now() - begin);
    } finally {
      limit.clear();
    }
  };
}

function firstOf(
  read: (signal: AbortSignal) => Verdict | Promise<Verdict>,
  signal: AbortSignal,
  broken: () => Verdict,
): Promise<Verdict> {
  return new Promise((resolve) => {
    const end = (verdict: Verdict) => {
      signal.removeEventListener('abort', onAbort);
      resolve(verdict);
    };
    const onAbort = () => end(broken());
    signal.addEventListener('abort', onAbort);
    Promise.resolve()
      .then(() => read(signal))
      .then(
        (verdict) => end(signal.aborted ? broken() : verdict),
        (error: unknown) => end(signal.aborted ? broken() : unknown(messageOf(error))),
      );
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function findingOf({ is, detail, value, unit }: Verdict, at: number, durationMs: number): Finding {
  return {
    at,
    passes: is === 'good',
    unknown: is === 'unknown',
    value: value ?? null,
    unit: value === undefined || value === null ? null : (unit ?? null),
    detail: detail.replace(/\s+/g, ' ').trim().slice(0, detailMaxLength),
    durationMs: Math.round(durationMs * 10) / 10,
  };
}
