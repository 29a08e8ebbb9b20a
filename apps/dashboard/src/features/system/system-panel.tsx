import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { Sparkline } from '../../components/sparkline.tsx';
import { gigabytesOf, gigabytesText, megabytesText, oneDecimal, percent } from '../../lib/format.ts';
import { useWords } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { useDay } from '../../lib/use-day.ts';
import { usePanel } from '../../lib/use-panel.ts';

/** Disk used from which it is a warning: less than 10 % free (H2). */
const DISK_LIMIT_PERCENT = 90;

export function SystemPanel() {
  const words = useWords();
  const day = useDay();
  const panel = usePanel('system', ({ system }) => ({
    severity: severityOf(system.status),
    stale: system.stale,
    ageS: system.age_s,
  }));
  if (!panel) return null;
  const { system } = panel.health.checks;
  const { disk_free_gb: freeGb, disk_total_gb: totalGb } = system;
  const usedPercent = freeGb !== null && totalGb ? ((totalGb - freeGb) / totalGb) * 100 : null;
  const used = usedPercent === null ? null : `${Math.round(usedPercent)}%`;
  return (
    <Panel
      id="system"
      title={words.system}
      state={panel.state}
      freshness={panel.freshness}
      href="/services#system"
      className="solo"
    >
      <Lead
        label={words.diskUsed}
        value={
          <Value
            id="system.disk_used_percent"
            raw={usedPercent}
            bad={usedPercent !== null && usedPercent > DISK_LIMIT_PERCENT}
          >
            {Math.round(usedPercent ?? 0)}
          </Value>
        }
        unit={usedPercent === null ? '' : '%'}
        note={freeGb !== null && totalGb ? gigabytesOf(totalGb - freeGb, totalGb) : ''}
        lastValue={used}
        chart={
          <Sparkline
            what={words.diskUsed}
            points={day.points('disk_used_percent')}
            limit={DISK_LIMIT_PERCENT}
            window={day.window}
            text={percent}
            caption={freeGb === null ? words.noDataYet : words.free(gigabytesText(freeGb))}
          />
        }
      />
      <Rows>
        <Row label={words.logFiles}>
          <Value id="system.log_mb" raw={system.log_mb}>
            {megabytesText(system.log_mb ?? 0)}
          </Value>
        </Row>
        <Row label={words.network}>
          <Value id="system.net_latency_ms" raw={system.net_latency_ms}>
            {`${oneDecimal(system.net_latency_ms ?? 0)}\u00a0ms`}
          </Value>
        </Row>
        <Row
          label={words.hostCpu}
          note={
            system.load_1m !== null && (
              <span data-testid="system.load_1m" data-value={system.load_1m}>
                {words.load(system.load_1m.toFixed(2))}
              </span>
            )
          }
        >
          <Value id="system.host_cpu_percent" raw={system.host_cpu_percent}>
            {percent(system.host_cpu_percent ?? 0)}
          </Value>
        </Row>
        <Row label={words.hostMemory}>
          <Value id="system.host_memory_percent" raw={system.host_memory_percent}>
            {percent(system.host_memory_percent ?? 0)}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
