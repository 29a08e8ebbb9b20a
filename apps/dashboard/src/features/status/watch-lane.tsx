import { type CSSProperties, useMemo } from 'react';
import { share } from '../../lib/format.ts';
import { hourTicks } from '../../lib/night-spans.ts';
import { useWords, useZone } from '../../lib/page-context.ts';
import type { TimeWindow } from '../../lib/series-window.ts';
import { useNightSpans } from '../../lib/use-night-spans.ts';
import { availabilityOf, type WatchSegment, type WatchState } from './watch-segments.ts';

const classOf: Record<WatchState, string | undefined> = { ok: undefined, warn: 'w', error: 'e', none: 'u' };

function Nights({ window }: { window: TimeWindow }) {
  return (
    <span className="nights">
      {useNightSpans(window).map(({ from, to }) => (
        <i key={from} className="night-span" style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
      ))}
    </span>
  );
}

/** The watch: the last 24 h as a lane whose height is severity, night shaded behind it. */
export function WatchLane({ segments, window }: { segments: readonly WatchSegment[]; window: TimeWindow }) {
  const words = useWords();
  const zone = useZone();
  const ticks = useMemo(() => hourTicks(window.fromMs, window.toMs, zone), [window.fromMs, window.toMs, zone]);
  const { warnPercent, errorPercent, noDataPercent } = availabilityOf(segments);
  const label = words.watchLabel(share(warnPercent), share(errorPercent), share(noDataPercent));
  return (
    <div className="watch">
      <div className="lane" role="img" aria-label={label} data-testid="watch">
        <Nights window={window} />
        <span className="bars">
          {segments.map(({ state, from, share: size }) => (
            <i key={from} className={classOf[state]} style={{ flex: `${size * 1000} 1 0` }} />
          ))}
        </span>
      </div>
      <div className="ticks" aria-hidden="true">
        {ticks
          .filter(({ at }) => at > 0.02 && at < 0.95)
          .map(({ at, label: text, major }) => (
            <span
              key={at}
              className={major ? 'tick' : 'tick opt'}
              style={{ '--x': `${(at * 100).toFixed(2)}%` } as CSSProperties}
            >
              {text}
            </span>
          ))}
        <span>{words.now}</span>
      </div>
    </div>
  );
}
