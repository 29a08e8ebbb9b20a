import type { Incident } from '@yoban/shared/contracts/incident';
import { detectMs, recoverMs } from '@yoban/shared/contracts/incident-times';
import { useId, useState } from 'react';
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
  const words = useWords();
  const locale = useLocale();
  const detailId = useId();
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr
        data-testid="incident.row"
        data-id={incident.id}
        data-state={incident.recoveredAt === null ? 'open' : 'ended'}
        data-false-alarm={incident.falseAlarm}
      >
        <IncidentCells incident={incident} />
        <td className="act">
          <button
            type="button"
            className="btn small"
            aria-expanded={open}
            aria-controls={detailId}
            aria-label={`${open ? words.close : words.details}: ${faultText(incident, locale)}`}
            onClick={() => setOpen(!open)}
            data-testid="incident.details"
          >
            {open ? words.close : words.details}
          </button>
        </td>
      </tr>
      {open && (
        <tr className="detail" id={detailId}>
          <td colSpan={COLUMNS}>
            <IncidentDetail incident={incident} />
          </td>
        </tr>
      )}
    </>
  );
}

/** One row an incident; its course unfolds below it. */
export function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  const words = useWords();
  return (
    <div className="scroll">
      <table className="tbl stack alert-table">
        <thead>
          <tr>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.cause}</th>
            <th scope="col">{words.service}</th>
            <th scope="col">{words.began}</th>
            <th scope="col" className="r">
              {words.detectedAfter}
            </th>
            <th scope="col" className="r">
              {words.recoveredAfter}
            </th>
            <th scope="col">{words.by}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
