import { useAlertHistory } from '../../lib/alert-queries.ts';
import { dayAndTime, fullTime } from '../../lib/format.ts';
import { useWords, useZone } from '../../lib/page-context.ts';

/** Who acknowledged it and with what note, newest first; nothing where nobody did. */
export function AlertHistory({ alertId }: { alertId: string }) {
  const words = useWords();
  const zone = useZone();
  const done = useAlertHistory(alertId)?.filter((one) => one.done) ?? [];
  if (done.length === 0) return null;
  return (
    <ul className="receipts history" data-testid="alert.history">
      {done.map((one) => {
        const at = Date.parse(one.at);
        return (
          <li key={one.id} data-do={one.do}>
            <span className="what">
              {one.do === 'ack' ? words.acknowledged : words.unacknowledged}{' '}
              <span className="mute">{words.byWhom(one.actor)}</span>
            </span>
            <time dateTime={one.at} title={fullTime(at, zone)}>
              {dayAndTime(at, zone)}
            </time>
            {one.note && <q className="why-not">{one.note}</q>}
          </li>
        );
      })}
    </ul>
  );
}
