import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { duration, megabytes, megabytesText, percent } from '../../lib/format.ts';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { withPresent } from '../../lib/series-window.ts';
import { extremesOf } from '../../lib/sparkline-path.ts';
import { useDay } from '../../lib/use-day.ts';
import { usePanel } from '../../lib/use-panel.ts';

/** Share of the limit from which memory is a warning (H2). */
const MEMORY_WARN_SHARE = 0.8;

export function ProcessPanel() {
  const words = useWords();
  const locale = useLocale();
  const day = useDay();
  const panel = usePanel('process', ({ process }) => ({
    severity: severityOf(process.status),
    stale: process.stale,
    ageS: process.age_s,
  }));
  if (!panel) return null;
  const { process } = panel.health.checks;
  const memory = megabytes(process.memory_mb);
  // Down: the last report is still there, but a stopped process has no memory and no load.
  const gone = process.status === 'error' && panel.health.uptime_seconds === 0;
  const memoryMb = gone ? null : process.memory_mb;
  const known = withPresent(day.points('memory_mb'), panel.freshness.kind === 'fresh' ? memoryMb : null);
  const points = gone ? [...known, { at: 1, value: null }] : known;
  const peak = extremesOf(points)?.high ?? null;
  const limitMb = process.memory_limit_mb;
  const warnMb = limitMb === null ? null : limitMb * MEMORY_WARN_SHARE;
  const uptimeMs = panel.health.uptime_seconds * 1000 + (panel.health.uptime_seconds > 0 ? panel.elapsedMs : 0);
  return (
    <Panel id="process" title={words.process} state={panel.state} freshness={panel.freshness} href="/services#process">
      <Lead
        label={words.memory}
        value={
          <Value id="process.memory_mb" raw={memoryMb} bad={warnMb !== null && process.memory_mb > warnMb}>
            {memory.value}
          </Value>
        }
        unit={gone ? '' : memory.unit}
        note={
          gone
            ? words.lastValue(megabytesText(process.memory_mb))
            : limitMb !== null && words.ofLimit(megabytesText(limitMb))
        }
        lastValue={megabytesText(process.memory_mb)}
        chart={
          <Sparkline
            what={words.memory}
            points={points}
            window={day.window}
            text={megabytesText}
            caption={peak === null ? words.noDataYet : words.peak(megabytesText(peak))}
            {...(warnMb === null ? {} : { limit: warnMb })}
          />
        }
      />
      <Rows>
        <Row label={words.cpu}>
          <Value id="process.cpu_percent" raw={gone ? null : process.cpu_percent}>
            {percent(process.cpu_percent)}
          </Value>
        </Row>
        <Row
          label={words.restarts}
          note={
            process.restarts_left !== null && (
              <span data-testid="process.restarts_left" data-value={process.restarts_left}>
                {words.left(process.restarts_left)}
              </span>
            )
          }
        >
          <Value
            id="process.restart_count"
            raw={process.restart_count}
            bad={panel.state === 'error' && process.restart_count > 0}
          >
            {process.restart_count}
          </Value>
        </Row>
        <Row label={words.uptime}>
          <Value id="process.uptime_seconds" raw={Math.floor(uptimeMs / 1000)}>
            {duration(uptimeMs, locale, 3)}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
