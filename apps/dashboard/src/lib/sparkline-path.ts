/** One value of a series: `at` is its place in the window (0 = oldest edge, 1 = now); null is a gap. */
export interface Point {
  at: number;
  value: number | null;
}

export interface Scale {
  y: (value: number) => number;
  low: number;
  high: number;
}

export const WIDTH = 240;
export const HEIGHT = 48;
const PADDING = 5;

const known = (points: readonly Point[]) => points.flatMap(({ value }) => (value === null ? [] : [value]));

/**
 * Vertical scale over all values given. It never magnifies a ripple under a tenth of the value to the full height: a flat series
 * lies in the middle and looks flat.
 */
export function scaleOf(values: readonly number[], floor?: number): Scale {
  const lowest = values.length > 0 ? Math.min(...values) : 0;
  const highest = values.length > 0 ? Math.max(...values) : 1;
  const spread = Math.max(highest - lowest, Math.abs(highest) * 0.1) || 1;
  const low = floor ?? lowest - spread * 0.25;
  const high = Math.max(highest + spread * 0.1, low + spread * 0.5);
  return { low, high, y: (value) => HEIGHT - PADDING - ((value - low) / (high - low)) * (HEIGHT - 2 * PADDING) };
}

const place = (point: Point, value: number, scale: Scale) =>
  `${(point.at * WIDTH).toFixed(1)} ${scale.y(value).toFixed(1)}`;

/** Runs of neighbouring values; a gap ends a run. */
function runsOf(points: readonly Point[]): Point[][] {
  const runs: Point[][] = [];
  let open: Point[] | null = null;
  for (const point of points) {
    if (point.value === null) open = null;
    else if (open) open.push(point);
    else {
      open = [point];
      runs.push(open);
    }
  }
  return runs;
}

/** SVG path of the line. Gaps stay gaps; a lonely value between two gaps is drawn as a dot (a zero-length stroke). */
export function linePath(points: readonly Point[], scale: Scale): string {
  return runsOf(points)
    .map((run) => {
      const steps = run.map((point, i) => `${i === 0 ? 'M' : 'L'}${place(point, point.value ?? 0, scale)}`);
      return steps.join('') + (run.length === 1 ? 'l0 0' : '');
    })
    .join('');
}

/** SVG path of the ground under the line, one closed shape a run, so that nothing is painted under a gap. */
export function areaPath(points: readonly Point[], scale: Scale): string {
  return runsOf(points)
    .filter((run) => run.length > 1)
    .map((run) => {
      const left = ((run[0]?.at ?? 0) * WIDTH).toFixed(1);
      const right = ((run.at(-1)?.at ?? 0) * WIDTH).toFixed(1);
      const steps = run.map((point, i) => `${i === 0 ? 'M' : 'L'}${place(point, point.value ?? 0, scale)}`);
      return `${steps.join('')}L${right} ${HEIGHT}L${left} ${HEIGHT}Z`;
    })
    .join('');
}

/** Where the first value stands; 1 when there is none. Before it lies time that nobody has measured. */
export const beginningOf = (points: readonly Point[]): number => points.find(({ value }) => value !== null)?.at ?? 1;

/** Under this share of the width (about half an hour of a day) a line is a splinter beside its own last dot. */
const SPLINTER = 0.025;

/** Too short a time is known for a line: its last dot alone tells as much. */
export const isSplinter = (points: readonly Point[]): boolean => beginningOf(points) > 1 - SPLINTER;

export interface Extremes {
  low: number;
  lowAt: number;
  high: number;
  highAt: number;
  last: number;
}

/** Smallest, largest (with their places) and newest value; null for a series without any. */
export function extremesOf(points: readonly Point[]): Extremes | null {
  const values = points.filter((point): point is { at: number; value: number } => point.value !== null);
  const [first] = values;
  if (!first) return null;
  const low = values.reduce((a, b) => (b.value < a.value ? b : a), first);
  const high = values.reduce((a, b) => (b.value > a.value ? b : a), first);
  return { low: low.value, lowAt: low.at, high: high.value, highAt: high.at, last: (values.at(-1) ?? first).value };
}

/** Values of all series that share a scale, with the limit when something crossed it: only then is it drawn (own mark 3). */
export function scaledValues(lines: readonly (readonly Point[])[], limit?: number): number[] {
  const values = lines.flatMap(known);
  return limit !== undefined && values.some((value) => value > limit) ? [...values, limit] : values;
}
