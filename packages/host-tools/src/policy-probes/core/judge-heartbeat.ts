import type { PingGaps, PingRecord } from '@yoban/shared/contracts/ping';
import { bad, good, inWords, unknown, type Verdict } from '../verdict.ts';

export interface HeartbeatInput {
  /** Null: health-api has not begun to listen for this token. */
  record: PingRecord | null;
  /** Null: nobody ever listened. */
  listening: (PingGaps & { seenAt: number }) | null;
  periodMs: number;
  graceMs: number;
}

/** Six marks missed: nobody listens, and the silence of a job proves nothing. */
const silenceMs = 30_000;

/**
 * What the words of a job are worth. Failing: it said so, its end is overdue (`period` since the last good one, plus `grace`), or
 * a run that began has not ended within `grace`. While nobody listened, and where its word may have been lost then, it is not to
 * be known: a fault of the kit is none of the job. `now` = epoch ms.
 */
export function judgeHeartbeat({ record, listening, periodMs, graceMs }: HeartbeatInput, now: number): Verdict {
  if (!listening || now - listening.seenAt > silenceMs) return unknown('health-api does not listen for pings now');
  if (!record) return unknown('health-api does not know its token yet');
  const agoMs = Math.max(0, now - (record.lastGoodAt ?? record.since));
  const measured = { value: Math.round(agoMs / 1_000), unit: 's' } as const;
  if (record.failed) return bad(failure(record.failed, now), measured);
  const mayBeLost = lostWithin(listening.gaps, now);
  if (record.startedAt !== null) {
    const runsMs = Math.max(0, now - record.startedAt);
    if (runsMs <= graceMs) return good(`runs for ${inWords(runsMs)}`, measured);
    const told = `began ${inWords(runsMs)} ago and has not ended, over ${inWords(graceMs)}`;
    const lost = mayBeLost(record.startedAt, record.startedAt + graceMs, periodMs + graceMs);
    return lost ? unknown(`${told}; ${lost}`, measured) : bad(told, measured);
  }
  const due = (record.lastGoodAt ?? record.since) + periodMs;
  if (now <= due + graceMs) return inTime(record, agoMs, measured);
  const told = record.lastGoodAt === null ? 'never reported' : `last reported ${inWords(agoMs)} ago`;
  const lost = mayBeLost(due - graceMs, due + graceMs, periodMs + graceMs);
  const overdue = `${told}; it is due each ${inWords(periodMs)}`;
  return lost ? unknown(`${overdue}, but ${lost}`, measured) : bad(overdue, measured);
}

type Measured = { value: number; unit: 's' };

function inTime({ lastGoodAt, durationMs }: PingRecord, agoMs: number, measured: Measured): Verdict {
  if (lastGoodAt === null) return unknown('has not reported yet', measured);
  const took = durationMs === null ? '' : `, took ${inWords(durationMs)}`;
  return good(`reported ${inWords(agoMs)} ago${took}`, measured);
}

function failure({ at, exitCode }: NonNullable<PingRecord['failed']>, now: number): string {
  const how = exitCode === null ? 'said that it failed' : `ended with exit code ${exitCode}`;
  return `${how} ${inWords(Math.max(0, now - at))} ago`;
}

/** Words for a word that was expected in a time when nobody listened; the next one is waited for. Null: none was lost. */
const lostWithin =
  (gaps: PingGaps['gaps'], now: number) =>
  (from: number, to: number, nextMs: number): string | null => {
    const gap = gaps.findLast((one) => one.from <= to && one.to >= from);
    if (!gap || now > gap.to + nextMs) return null;
    return `a ping may be lost: nobody listened for ${inWords(gap.to - gap.from)}`;
  };
