import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { useId, useState } from 'react';
import { dayAndTime, duration, fullTime, instant } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useNow } from '../../lib/use-now.ts';
import { AlertDetail } from './alert-detail.tsx';
import { AlertMark } from './alert-mark.tsx';
import { alertRowText } from './alert-row-text.ts';
import { DeliveryMarks } from './delivery-marks.tsx';

const tags = { critical: 'CRIT', warning: 'WARN', info: 'INFO' } as const;
const tones = { critical: 'is-error', warning: 'is-warn', info: 'is-info' } as const;
const COLUMNS = 7;

function AlertText({ record }: { record: AlertRecord }) {
  const locale = useLocale();
  const { name, text } = alertRowText(record, locale);
  return (
    <td className="main wrap">
      <span className={`lv ${tones[record.level]}`}>[{tags[record.level]}]</span> {name && <b>{name}</b>} {text}
      {record.suppressed > 0 && <span className="mute"> ×{record.suppressed + 1}</span>}
    </td>
  );
}

function Lasted({ record }: { record: AlertRecord }) {
  const words = useWords();
  const locale = useLocale();
  const { serverMs } = useNow();
  if (record.state === 'info') return <td className="r sub lasted opt">–</td>;
  const endedAt = instant(record.resolvedAt);
  return (
    <td className="r sub lasted" data-l={words.lasted}>
      {duration((endedAt ?? serverMs) - Date.parse(record.raisedAt), locale, endedAt === null ? 1 : 2)}
    </td>
  );
}

function AlertRow({ record }: { record: AlertRecord }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const detailId = useId();
  const [open, setOpen] = useState(false);
  const raisedAt = Date.parse(record.raisedAt);
  return (
    <>
      <tr
        data-testid="alert.row"
        data-id={record.id}
        data-type={record.alertType}
        data-state={record.state}
        data-silenced={record.silencedBy !== null}
      >
        <td>
          <AlertMark record={record} />
        </td>
        <AlertText record={record} />
        <td className="sub">{record.service}</td>
        <td className="end" title={fullTime(raisedAt, zone)}>
          {dayAndTime(raisedAt, zone)}
        </td>
        <Lasted record={record} />
        <td className="sub wrap" data-l={words.told}>
          <DeliveryMarks notices={record.notices} />
        </td>
        <td className="act">
          <button
            type="button"
            className="btn small"
            aria-expanded={open}
            aria-controls={detailId}
            aria-label={`${open ? words.close : words.details}: ${alertRowText(record, locale).text}`}
            onClick={() => setOpen(!open)}
            data-testid="alert.details"
          >
            {open ? words.close : words.details}
          </button>
        </td>
      </tr>
      {open && (
        <tr className="detail" id={detailId}>
          <td colSpan={COLUMNS}>
            <AlertDetail record={record} />
          </td>
        </tr>
      )}
    </>
  );
}

/** One row an alert; what came of it unfolds below, so that the place in the list is not lost. */
export function AlertTable({ records }: { records: readonly AlertRecord[] }) {
  const words = useWords();
  return (
    <div className="scroll">
      <table className="tbl stack alert-table">
        <thead>
          <tr>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.alertWord}</th>
            <th scope="col">{words.service}</th>
            <th scope="col">{words.began}</th>
            <th scope="col" className="r lasted">
              {words.lasted}
            </th>
            <th scope="col">{words.told}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <AlertRow key={record.id} record={record} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
