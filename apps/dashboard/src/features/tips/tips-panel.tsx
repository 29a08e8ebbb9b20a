import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { Bars } from '../../components/sparkline.tsx';
import { count, timeOfDay, yen } from '../../lib/format.ts';
import { useWords, useZone } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { useMetrics } from '../../lib/queries.ts';
import { summedPoints } from '../../lib/series-window.ts';
import { extremesOf } from '../../lib/sparkline-path.ts';
import { useDay } from '../../lib/use-day.ts';
import { usePanel } from '../../lib/use-panel.ts';

/** Tips waiting from which the queue is a warning (H2). */
const QUEUE_LIMIT = 50;
/** Ten-minute buckets in one bar: half an hour. */
const BUCKETS_PER_BAR = 3;

/** Today's count is asked for less often than the last hour's is pushed; from 01:00 on it cannot be the smaller one. */
const atLeastLastHour = (today: number, lastHour: number, nowMs: number, zone: string): number =>
  timeOfDay(nowMs, zone) >= '01:00' ? Math.max(today, lastHour) : today;

export function TipsPanel() {
  const words = useWords();
  const day = useDay();
  const zone = useZone();
  const counted = useMetrics()?.totals.tips_today;
  const panel = usePanel('tips', ({ tips }) => ({
    severity: severityOf(tips.status),
    stale: tips.stale,
    ageS: tips.age_s,
  }));
  if (!panel) return null;
  const { tips } = panel.health.checks;
  const today = counted && atLeastLastHour(counted, tips.processed_last_hour, panel.nowMs, zone);
  const points = summedPoints(day.points('tips'), BUCKETS_PER_BAR);
  const found = extremesOf(points);
  return (
    <Panel id="tips" title={words.tips} state={panel.state} freshness={panel.freshness} href="/services#tips">
      <Lead
        label={words.processed}
        value={
          <Value id="tips.processed_last_hour" raw={tips.processed_last_hour}>
            {count(tips.processed_last_hour)}
          </Value>
        }
        unit={words.processedUnit}
        note={
          today !== undefined && (
            <span data-testid="tips.today" data-value={today}>
              {words.today(count(today))}
            </span>
          )
        }
        lastValue={count(tips.processed_last_hour)}
        chart={
          <Bars
            what={words.tips}
            points={points}
            bad={summedPoints(day.points('tips_failed'), BUCKETS_PER_BAR)}
            window={day.window}
            text={count}
            caption={found && found.high > 0 ? words.busiest(day.timeAt(found.highAt)) : words.noneIn24h}
          />
        }
      />
      <Rows>
        <Row label={words.revenue}>
          <Value id="tips.revenue_last_hour_yen" raw={tips.revenue_last_hour_yen}>
            {yen(tips.revenue_last_hour_yen)}
          </Value>
        </Row>
        <Row label={words.failed}>
          <Value id="tips.failed_last_hour" raw={tips.failed_last_hour} bad={tips.failed_last_hour > 0}>
            {count(tips.failed_last_hour)}
          </Value>
        </Row>
        <Row label={words.queue} note={words.limit(String(QUEUE_LIMIT))}>
          <Value id="tips.queue_depth" raw={tips.queue_depth} bad={tips.queue_depth > QUEUE_LIMIT}>
            {count(tips.queue_depth)}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
