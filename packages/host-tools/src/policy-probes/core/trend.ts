/** What was in use at a moment: the least and the most that was seen around it. */
export interface Sample {
  /** Epoch ms. */
  at: number;
  low: number;
  high: number;
}

export interface TrendQuestion {
  /** What is in use must not reach this. */
  limit: number;
  /** So much has to be seen before anything is said, ms. */
  overMs: number;
}

export type Trend =
  /** There is not enough to judge by. */
  | { kind: 'early'; reason: string }
  | { kind: 'none'; reason: string; perHour: number | null }
  | { kind: 'reaches'; hours: number; perHour: number };

const hourMs = 3_600_000;
const pointsMin = 12;
/** A fall by so much of all that was seen is a release (a collection of garbage, a rotation), not noise. */
const releaseShare = 0.3;
const lowsMin = 3;
/** A rise counts when it is so many times what the points stray from it. */
const clearTimes = 2;

/** Figures nearer to each other than this share of what is looked over become one. */
const stepsOver = 60;
/** Slow releases are known by looking back further than a trend is taken over. */
const keptOvers = 4;

/** The samples with one figure more, those that are too old left out. A figure soon after another widens that sample. */
export function addSample(
  samples: readonly Sample[],
  { at, value }: { at: number; value: number },
  overMs: number,
): Sample[] {
  const from = at - keptOvers * overMs;
  const recent = samples.filter((one) => one.at >= from && one.at <= at);
  const last = recent.at(-1);
  if (last && at - last.at < overMs / stepsOver)
    return recent.with(-1, { at: last.at, low: Math.min(last.low, value), high: Math.max(last.high, value) });
  return [...recent, { at, low: value, high: value }];
}

/**
 * Where the use of a resource is heading (C6), by least squares over what stays in use: where it is released again and again,
 * the levels after each release. So a sawtooth has no trend, and one whose feet rise has. A rise that is over by now, as after
 * a start, is none either: the newer half of the points must rise too, and the slower of both counts.
 * @param samples by time, at least `overMs` of them; more of them show slower releases.
 */
export function trendOf(samples: readonly Sample[], { limit, overMs }: TrendQuestion): Trend {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < overMs) return { kind: 'early', reason: 'not seen for long enough yet' };
  const { points, areLows } = staying(samples, last.at, overMs);
  if (areLows && points.length < lowsMin) {
    // One long fall, or a rise after it: only the second is not to be told yet.
    const { slope } = lineThrough(pointsSince(samples, last.at - overMs));
    if (slope <= 0) return { kind: 'none', reason: 'it does not grow', perHour: slope * hourMs };
    return { kind: 'early', reason: 'released too few times to tell' };
  }
  if (!areLows && points.length < pointsMin) return { kind: 'early', reason: 'too few figures' };
  const whole = lineThrough(points);
  const slope = Math.min(whole.slope, lineThrough(newerHalf(points)).slope);
  const perHour = slope * hourMs;
  if (slope <= 0) return { kind: 'none', reason: 'it does not grow', perHour };
  if (slope * (last.at - (points[0]?.at ?? 0)) <= clearTimes * whole.stray)
    return { kind: 'none', reason: 'it grows no more than it strays', perHour };
  const highs = samples.filter(({ at }) => areLows && at >= last.at - overMs).map(({ high }) => high);
  const level = Math.max(whole.at(last.at), last.high, ...highs);
  return { kind: 'reaches', hours: Math.max(0, limit - level) / perHour, perHour };
}

interface Point {
  at: number;
  value: number;
}

interface Staying {
  points: Point[];
  areLows: boolean;
}

/** The figures that a trend is taken from. */
function staying(samples: readonly Sample[], end: number, overMs: number): Staying {
  const lows = releasesIn(samples);
  const last = lows.at(-1);
  // The longest time from one release to the next; when it was long ago that it was released, the cycles are over.
  const pause = Math.max(0, ...lows.slice(1).map((low, index) => low.at - (lows[index]?.at ?? low.at)));
  if (last && end - last.at < Math.max(overMs, 2 * pause)) return { points: lows, areLows: true };
  return { points: pointsSince(samples, Math.max(end - overMs, last?.at ?? 0)), areLows: false };
}

const pointsSince = (samples: readonly Sample[], from: number): Point[] =>
  samples.filter(({ at }) => at >= from).map(({ at, low }) => ({ at, value: low }));

/** All of them where the newer half is too few to say anything. */
function newerHalf(points: readonly Point[]): readonly Point[] {
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 0];
  const half = points.filter(({ at }) => at >= (first + last) / 2);
  return half.length < lowsMin ? points : half;
}

/** The least that was in use after each release. */
function releasesIn(samples: readonly Sample[]): Point[] {
  const lows: Point[] = [];
  const range = Math.max(...samples.map(({ high }) => high)) - Math.min(...samples.map(({ low }) => low));
  const share = range * releaseShare;
  let peak = Number.NEGATIVE_INFINITY;
  let low: Point | null = null;
  for (const sample of samples) {
    if (low && sample.low <= low.value) {
      low.value = sample.low;
      low.at = sample.at;
    } else if (low && sample.low > low.value + share) {
      // Risen again: the next fall is another one.
      low = null;
      peak = sample.low;
    } else if (!low) {
      peak = Math.max(peak, sample.low);
    }
    if (!low && share > 0 && peak - sample.low >= share) {
      low = { at: sample.at, value: sample.low };
      lows.push(low);
    }
  }
  return lows;
}

interface Line {
  /** Per ms. */
  slope: number;
  at(time: number): number;
  /** Standard deviation of the points from it. */
  stray: number;
}

/** Least squares, with times counted from their middle so that epochs do not cost digits. */
function lineThrough(points: readonly Point[]): Line {
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const midTime = mean(points.map(({ at }) => at));
  const midValue = mean(points.map(({ value }) => value));
  const spread = points.reduce((sum, { at }) => sum + (at - midTime) ** 2, 0);
  const together = points.reduce((sum, { at, value }) => sum + (at - midTime) * (value - midValue), 0);
  const slope = spread === 0 ? 0 : together / spread;
  const at = (time: number) => midValue + slope * (time - midTime);
  return { slope, at, stray: Math.sqrt(mean(points.map((point) => (point.value - at(point.at)) ** 2))) };
}
