import { type CSSProperties, type ReactNode, useId } from 'react';
import { useWords } from '../lib/page-context.ts';
import type { TimeWindow } from '../lib/series-window.ts';
import {
  areaPath,
  beginningOf,
  extremesOf,
  HEIGHT,
  isSplinter,
  linePath,
  type Point,
  scaledValues,
  scaleOf,
  WIDTH,
} from '../lib/sparkline-path.ts';
import { useNightSpans } from '../lib/use-night-spans.ts';

/** The hours of darkness behind a chart, in the chart's own units. */
function Night({ window }: { window: TimeWindow }) {
  return useNightSpans(window).map(({ from, to }) => (
    <rect key={from} className="night" x={from * WIDTH} y="0" width={(to - from) * WIDTH} height={HEIGHT} />
  ));
}

/** A dotted ground where nothing has been measured yet: a young watch must not look like a day of zeros. */
function Unmeasured({ points }: { points: readonly Point[] }) {
  const end = beginningOf(points);
  if (end < 0.02) return null;
  return <line className="unmeasured" x1="0" x2={end * WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />;
}

function Frame({
  summary,
  children,
  over,
  caption,
}: {
  summary: string;
  children: ReactNode;
  over?: ReactNode;
  caption: string;
}) {
  const words = useWords();
  return (
    <figure className="spark">
      <div className="plot">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summary}>
          {children}
        </svg>
        {over}
      </div>
      <figcaption className="cap">
        <span>{words.hours24}</span>
        <span>{caption}</span>
      </figcaption>
    </figure>
  );
}

/** One sentence that says what the picture shows, for those who do not see it. */
function useSummary(what: string, points: readonly Point[], text: (value: number) => string): string {
  const words = useWords();
  const found = extremesOf(points);
  if (!found) return words.chartEmpty(what);
  const gaps = points.some(({ value }) => value === null) ? ` ${words.chartGap}` : '';
  return words.chart(what, text(found.last), text(found.low), text(found.high)) + gaps;
}

export interface ChartProps {
  what: string;
  points: readonly Point[];
  window: TimeWindow;
  caption: string;
  text: (value: number) => string;
}

/** A 24 h line. It takes the state's colour only above its limit, and the limit is drawn only when it was crossed. */
export function Sparkline({
  what,
  points,
  second,
  limit,
  floor,
  window,
  caption,
  text,
}: ChartProps & {
  second?: readonly Point[];
  limit?: number;
  floor?: number;
}) {
  const clip = useId();
  const summary = useSummary(what, points, text);
  const values = scaledValues([points, second ?? []], limit);
  const scale = scaleOf(values, floor);
  const line = isSplinter(points) ? '' : linePath(points, scale);
  const crossed = limit !== undefined && points.some(({ value }) => value !== null && value > limit);
  const last = points.at(-1);
  const limitY = limit === undefined ? 0 : scale.y(limit);
  const dotStyle = { top: `${scale.y(last?.value ?? 0).toFixed(1)}px` } satisfies CSSProperties;
  const dot = last && last.value !== null && last.at > 0.99 && (
    <span className={`dot${crossed && last.value > limit ? ' over' : ''}`} style={dotStyle} />
  );
  return (
    <Frame summary={summary} caption={caption} over={dot}>
      <Night window={window} />
      <Unmeasured points={points} />
      {line && <path className="ar" d={areaPath(points, scale)} />}
      {line && second && <path className="p95" d={linePath(second, scale)} />}
      <path className="ln" d={line} />
      {crossed && (
        <>
          <line className="thr" x1="0" x2={WIDTH} y1={limitY} y2={limitY} />
          <clipPath id={clip}>
            <rect x="0" y="-4" width={WIDTH + 4} height={limitY + 4} />
          </clipPath>
          <path className="ln over" clipPath={`url(#${clip})`} d={line} />
        </>
      )}
    </Frame>
  );
}

/** Counts of 24 h as bars; `bad` marks a bar that holds a failure. */
export function Bars({ what, points, bad, window, caption, text }: ChartProps & { bad: readonly Point[] }) {
  const summary = useSummary(what, points, text);
  const highest = Math.max(1, ...points.map(({ value }) => value ?? 0)) * 1.05;
  const width = WIDTH / Math.max(points.length, 48);
  const bars = points.flatMap((point, index) => {
    const failed = (bad[index]?.value ?? 0) > 0;
    if (!point.value && !failed) return [];
    const height = point.value ? Math.max(2, (point.value / highest) * (HEIGHT - 6)) : 0;
    return [{ x: point.at * WIDTH - width + 0.7, height, failed }];
  });
  return (
    <Frame summary={summary} caption={caption}>
      <Night window={window} />
      <Unmeasured points={points} />
      {bars.map(({ x, height, failed }) => (
        <g key={x}>
          <rect className="bar" x={x} y={HEIGHT - height} width={width - 1.4} height={height} rx=".6" />
          {failed && <rect className="bar bad" x={x} y={HEIGHT - height - 5} width={width - 1.4} height="4" />}
        </g>
      ))}
    </Frame>
  );
}
