import { timeWithZone } from '../lib/format.ts';
import { outageOf } from '../lib/live-state.ts';
import { useLocale, useServices, useWords, useZone } from '../lib/page-context.ts';
import { useHealth } from '../lib/queries.ts';
import { useLiveState, useNow } from '../lib/use-now.ts';
import { StateShape } from './state-mark.tsx';

/** Says, after three seconds without the live connection, how old the page is and when it tries again. */
export function ReconnectNotice() {
  const words = useWords();
  const zone = useZone();
  const locale = useLocale();
  const { live } = useServices();
  const state = useLiveState();
  const now = useNow();
  const received = useHealth();
  const outage = outageOf(state, now.monotonicMs);
  const dataFromMs = received ? now.serverMs - (now.monotonicMs - received.arrivedAtMs) : null;
  if (!outage) return <output className="sr" data-testid="reconnecting.quiet" />;
  return (
    <output className="notice" data-testid="reconnecting">
      <StateShape shape="unknown" px={16} className="spin" />
      <span className="txt">
        <b>{words.reconnecting}</b>{' '}
        {[
          dataFromMs === null ? '' : words.showingFrom(timeWithZone(dataFromMs, zone)),
          outage.retryInS ? words.nextTry(outage.retryInS) : words.tryingNow,
        ]
          .filter(Boolean)
          .join(locale === 'ja' ? '' : ' ')}
      </span>
      <button type="button" className="btn small" onClick={live.retryNow} data-testid="retry-now">
        {words.retryNow}
      </button>
    </output>
  );
}
