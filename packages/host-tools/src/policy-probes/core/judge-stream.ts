import { bad, good, inWords, type Verdict } from '../verdict.ts';

/** What OBS says of its stream. Frames are counted from the start of the stream. */
export interface StreamStatus {
  active: boolean;
  reconnecting: boolean;
  droppedFrames: number;
  totalFrames: number;
}

/** The counts at an earlier look; `at` = monotonic ms. */
export interface FrameCount {
  at: number;
  dropped: number;
  total: number;
}

export interface StreamExpectation {
  /** It has to be on the air. */
  streaming: boolean;
  maxDroppedPct: number;
}

/** Looks nearer to each other than this say nothing about whether frames go out. */
const shortestMs = 2_000;

/**
 * What a stream is worth (S2), and the counts that the next look compares with. Dropped frames are those since the last look,
 * so that a bad hour in the morning is over when it is over; the first look has only the whole stream. `now` = monotonic ms.
 */
export function judgeStream(
  status: StreamStatus,
  before: FrameCount | null,
  { streaming, maxDroppedPct }: StreamExpectation,
  now: number,
): { verdict: Verdict; count: FrameCount | null } {
  if (!status.active)
    return { verdict: streaming ? bad('OBS does not stream') : good('OBS is connected'), count: null };
  if (status.reconnecting) return { verdict: bad('OBS lost the streaming server and connects again'), count: before };
  const current = { at: now, dropped: status.droppedFrames, total: status.totalFrames };
  // Fewer than before: another stream began.
  const base = before !== null && before.total <= current.total ? before : null;
  const [frames, dropped] = [current.total - (base?.total ?? 0), current.dropped - (base?.dropped ?? 0)];
  const sinceMs = base === null ? 0 : now - base.at;
  const count = base !== null && sinceMs < shortestMs ? base : current;
  if (frames <= 0 && sinceMs >= shortestMs && current.total > 0)
    return { verdict: bad(`no frame went out for ${inWords(sinceMs)}`), count: base };
  const pct = frames > 0 ? Math.round((Math.max(0, dropped) / frames) * 1_000) / 10 : 0;
  const measured = { value: pct, unit: '%' } as const;
  const told = `${pct} % of frames dropped`;
  const verdict = pct > maxDroppedPct ? bad(`${told}, over ${maxDroppedPct} %`, measured) : good(told, measured);
  return { verdict, count };
}
