import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { ColumnTable } from '../../components/column-table.tsx';
import { UnfoldingRow } from '../../components/unfolding-row.tsx';
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
  const raisedAt = Date.parse(record.raisedAt);
  return (
    <UnfoldingRow
      label={alertRowText(record, locale).text}
      columns={COLUMNS}
      data={{
        'data-testid': 'alert.row',
        'data-id': record.id,
        'data-type': record.alertType,
        'data-state': record.state,
        'data-silenced': record.silencedBy !== null,
      }}
      buttonTestId="alert.details"
      detail={<AlertDetail record={record} />}
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
    </UnfoldingRow>
  );
}

/** One row an alert; what came of it unfolds below. */
export function AlertTable({ records }: { records: readonly AlertRecord[] }) {
  const words = useWords();
  return (
    <ColumnTable
      columns={[
        words.state,
        words.alertWord,
        words.service,
        words.began,
        { text: words.lasted, className: 'r lasted' },
        words.told,
        null,
      ]}
      className="alert-table"
    >
      {records.map((record) => (
        <AlertRow key={record.id} record={record} />
      ))}
    </ColumnTable>
  );
}
