import { alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { ReactNode } from 'react';
import { useSilences } from '../../lib/alert-queries.ts';
import { fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertHistory } from './alert-history.tsx';
import { Receipts } from './delivery-marks.tsx';

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Labels({ labels }: { labels: AlertRecord['labels'] }) {
  return (
    <span className="chips">
      {Object.entries(labels).map(([name, value]) => (
        <code key={name}>
          {name}={value}
        </code>
      ))}
    </span>
  );
}

/** Why nobody is told: by whose silence and until when, or which alert explains this one. */
function HeldBack({ record }: { record: AlertRecord }) {
  const words = useWords();
  const zone = useZone();
  const silence = useSilences()?.find(({ id }) => id === record.silencedBy);
  return (
    <>
      {record.silencedBy !== null && (
        <Fact name={words.silenced}>
          {silence
            ? words.silencedBy(silence.comment, silence.createdBy, fullTime(Date.parse(silence.endsAt), zone))
            : record.silencedBy}
        </Fact>
      )}
      {record.hiddenBy !== null && <Fact name={words.heldByParent}>{words.explainedBy(record.hiddenBy)}</Fact>}
    </>
  );
}

function Facts({ record }: { record: AlertRecord }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { effect } = alertText(record, locale);
  const time = (iso: string) => fullTime(Date.parse(iso), zone);
  const hasLabels = Object.keys(record.labels).length > 0;
  return (
    <dl className="detail-facts">
      {effect !== null && <Fact name={words.effect}>{effect}</Fact>}
      {record.lastError !== null && (
        <Fact name={words.lastErrorName}>
          <code>{record.lastError}</code>
        </Fact>
      )}
      <Fact name={words.began}>{time(record.raisedAt)}</Fact>
      {record.resolvedAt !== null && <Fact name={words.recovered}>{time(record.resolvedAt)}</Fact>}
      {record.suppressed > 0 && <Fact name={words.repeats}>{words.heldBack(record.suppressed)}</Fact>}
      {record.ackedBy !== null && (
        <Fact name={words.acknowledged}>
          {words.byAt(record.ackedBy, record.ackedAt === null ? '' : time(record.ackedAt))}
        </Fact>
      )}
      <HeldBack record={record} />
      {hasLabels && (
        <Fact name={words.labels}>
          <Labels labels={record.labels} />
        </Fact>
      )}
      <Fact name={words.alertId}>
        <code>{record.id}</code>
      </Fact>
    </dl>
  );
}

/** Everything that is known of one alert, and what can be done about it. */
export function AlertDetail({ record }: { record: AlertRecord }) {
  const words = useWords();
  return (
    <div className="alert-detail" data-testid="alert.detail">
      <Facts record={record} />
      <section aria-label={words.receipts}>
        <h3>{words.receipts}</h3>
        <Receipts notices={record.notices} />
        <AlertHistory alertId={record.id} />
      </section>
      <AlertActions record={record} />
    </div>
  );
}
