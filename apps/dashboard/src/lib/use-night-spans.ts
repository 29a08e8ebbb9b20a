import { useMemo } from 'react';
import { nightSpans, type Span } from './night-spans.ts';
import { useZone } from './page-context.ts';
import type { TimeWindow } from './series-window.ts';

/** Night in a window, worked out once a minute instead of at each second's drawing. */
export function useNightSpans({ fromMs, toMs }: TimeWindow): Span[] {
  const zone = useZone();
  return useMemo(() => nightSpans(fromMs, toMs, zone), [fromMs, toMs, zone]);
}
