import type { Incident } from '@yoban/shared/contracts/incident';
import { detectMs, recoverMs } from '@yoban/shared/contracts/incident-times';
import { ColumnTable } from '../../components/column-table.tsx';
import { UnfoldingRow } from '../../components/unfolding-row.tsx';
import { dayAndTime, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { IncidentDetail } from './incident-detail.tsx';
import { IncidentMark } from './incident-mark.tsx';
import { causeText, faultText, spanText, whoEnded } from './incident-words.ts';

const COLUMNS = 8;

function IncidentCells({ incident }: { incident: Incident }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const detectedAt = Date.parse(incident.detectedAt);
  const span = (ms: number | null) => (ms === null ? '–' : spanText(ms, locale));
  return (
    <>
      <td>
        <IncidentMark incident={incident} />
      </td>
      <td className="main wrap">
        {faultText(incident, locale)} <span className="mute">{causeText(incident)}</span>
      </td>
      <td className="sub">{incident.service}</td>
      <td className="end" title={fullTime(detectedAt, zone)}>
        {dayAndTime(detectedAt, zone)}
      </td>
      <td className="r sub" data-l={words.detectedAfter}>
        {span(detectMs(incident))}
      </td>
      <td className="r sub" data-l={words.recoveredAfter} data-testid="incident.recovered-after">
        {span(recoverMs(incident))}
      </td>
      <td className="sub">{whoEnded(incident.recoveredBy, words)}</td>
    </>
  );
}

function IncidentRow({ incident }: { incident: Incident }) {
  const locale = useLocale();
  return (
    <UnfoldingRow
      label={faultText(incident, locale)}
      columns={COLUMNS}
      data={{
        'data-testid': 'incident.row',
        'data-id': incident.id,
        'data-state': incident.recoveredAt === null ? 'open' : 'ended',
        'data-false-alarm': incident.falseAlarm,
      }}
      buttonTestId="incident.details"
      detail={<IncidentDetail incident={incident} />}
    >
      <IncidentCells incident={incident} />
    </UnfoldingRow>
  );
}

/** One row an incident; its course unfolds below it. */
export function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  const words = useWords();
  return (
    <ColumnTable
      columns={[
        words.state,
        words.cause,
        words.service,
        words.began,
        { text: words.detectedAfter, className: 'r' },
        { text: words.recoveredAfter, className: 'r' },
        words.by,
        null,
      ]}
      className="alert-table"
    >
      {incidents.map((incident) => (
        <IncidentRow key={incident.id} incident={incident} />
      ))}
    </ColumnTable>
  );
}
