import type { HealthResponse } from '@yoban/shared/contracts/health';
import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { instant, latency, latencyText, percent, timeOfDay } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { extremesOf } from '../../lib/sparkline-path.ts';
import { useDay } from '../../lib/use-day.ts';
import { usePanel } from '../../lib/use-panel.ts';

/** Error rate from which the model counts as degraded (H2), used when the server named no limit of its own. */
const ERROR_LIMIT_PERCENT = 10;

type Llm = HealthResponse['checks']['llm'];

const errorReason = (health: HealthResponse) =>
  health.reasons.find(({ check, code }) => check.startsWith('llm') && code.includes('error'));

function ErrorLead({ health }: { health: HealthResponse }) {
  const words = useWords();
  const zone = useZone();
  const day = useDay();
  const { llm } = health.checks;
  const reason = errorReason(health);
  const limit = reason?.limit ?? ERROR_LIMIT_PERCENT;
  const since = instant(reason?.since);
  return (
    <Lead
      label={words.errorRate}
      value={
        <Value id="llm.error_rate_percent" raw={llm.error_rate_percent} bad>
          {percent(llm.error_rate_percent).slice(0, -1)}
        </Value>
      }
      unit="%"
      note={words.limit(percent(limit))}
      lastValue={percent(llm.error_rate_percent)}
      chart={
        <Sparkline
          what={words.errorRate}
          points={day.points('llm_error_percent')}
          limit={limit}
          floor={0}
          window={day.window}
          text={percent}
          caption={since === null ? '' : words.overSince(timeOfDay(since, zone))}
        />
      }
    />
  );
}

function ResponseLead({ llm }: { llm: Llm }) {
  const words = useWords();
  const locale = useLocale();
  const day = useDay();
  const points = day.points('llm_avg_ms');
  const found = extremesOf(points);
  const answer = latency(llm.avg_response_ms, locale);
  const text = (ms: number) => latencyText(ms, locale);
  return (
    <Lead
      label={words.avgResponse}
      value={
        <Value id="llm.avg_response_ms" raw={llm.avg_response_ms}>
          {answer.value}
        </Value>
      }
      unit={answer.unit}
      note={<P95 ms={llm.p95_ms_last_hour} />}
      lastValue={text(llm.avg_response_ms)}
      chart={
        <Sparkline
          what={words.avgResponse}
          points={points}
          second={day.points('llm_p95_ms')}
          floor={0}
          window={day.window}
          text={text}
          caption={found ? words.peakAt(text(found.high), day.timeAt(found.highAt)) : words.noDataYet}
        />
      }
    />
  );
}

function P95({ ms }: { ms: number | null }) {
  const words = useWords();
  const locale = useLocale();
  if (ms === null) return null;
  return (
    <span data-testid="llm.p95_ms_last_hour" data-value={ms}>
      {words.p95(latencyText(ms, locale))}
    </span>
  );
}

/** The lead is the number in trouble: response time, or the error rate once that is over its limit. */
export function LlmPanel() {
  const words = useWords();
  const locale = useLocale();
  const panel = usePanel('llm', ({ llm }) => ({ severity: severityOf(llm.status), stale: llm.stale, ageS: llm.age_s }));
  if (!panel) return null;
  const { llm } = panel.health.checks;
  const errorsLead = llm.error_rate_percent > (errorReason(panel.health)?.limit ?? ERROR_LIMIT_PERCENT);
  return (
    <Panel id="llm" title={words.llm} state={panel.state} freshness={panel.freshness} href="/services#llm">
      {errorsLead ? <ErrorLead health={panel.health} /> : <ResponseLead llm={llm} />}
      <Rows>
        {errorsLead ? (
          <Row label={words.avgResponse} note={<P95 ms={llm.p95_ms_last_hour} />}>
            <Value id="llm.avg_response_ms" raw={llm.avg_response_ms}>
              {latencyText(llm.avg_response_ms, locale)}
            </Value>
          </Row>
        ) : (
          <Row label={words.errorRate}>
            <Value id="llm.error_rate_percent" raw={llm.error_rate_percent}>
              {percent(llm.error_rate_percent)}
            </Value>
          </Row>
        )}
        <Row label={words.timeouts}>
          <Value id="llm.timeouts_last_hour" raw={llm.timeouts_last_hour}>
            {llm.timeouts_last_hour}
          </Value>
        </Row>
        <Row label={words.fallbacks} note={llm.fallback_active ? words.active : ''}>
          <Value id="llm.fallbacks_last_hour" raw={llm.fallbacks_last_hour} bad={llm.fallback_active}>
            {llm.fallbacks_last_hour}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
