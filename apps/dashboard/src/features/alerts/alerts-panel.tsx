import { Link } from 'wouter';
import { Chevron } from '../../components/icons.tsx';
import { StateShape } from '../../components/state-mark.tsx';
import { dayAndTime, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useAlerts } from '../../lib/queries.ts';
import { type AlertLine, alertLines, channelsOf, repeatsHeldBack } from './alert-events.ts';

const LINES_ON_OVERVIEW = 6;

const noteOf = (line: AlertLine): string => {
  const repeats = line.kind === 'raised' && line.record.suppressed > 0 ? `×${line.record.suppressed + 1}` : '';
  return [repeats, line.level === 'critical' ? channelsOf(line).join(', ') : ''].filter(Boolean).join(' · ');
};

function Item({ line }: { line: AlertLine }) {
  const zone = useZone();
  return (
    <li
      className={`is-${line.shape}`}
      data-testid="alerts.item"
      data-id={line.record.id}
      data-type={line.record.alertType}
      data-kind={line.kind}
      data-level={line.level}
    >
      <StateShape shape={line.shape} /> <span className="lv">[{line.tag}]</span>{' '}
      <time dateTime={new Date(line.atMs).toISOString()} title={fullTime(line.atMs, zone)}>
        {dayAndTime(line.atMs, zone)}
      </time>{' '}
      <span className="tx">{line.text.short}</span> <span className="x">{noteOf(line)}</span>
    </li>
  );
}

function NoAlerts() {
  const words = useWords();
  return (
    <div className="empty">
      <b>{words.noAlerts}</b>
      <span>{words.noAlertsNote}</span>
    </div>
  );
}

function AlertList({ lines }: { lines: readonly AlertLine[] }) {
  if (lines.length === 0) return <NoAlerts />;
  return (
    <ul className="alerts">
      {lines.map((line) => (
        <Item key={line.key} line={line} />
      ))}
    </ul>
  );
}

export function AlertsPanel() {
  const words = useWords();
  const locale = useLocale();
  const records = useAlerts() ?? [];
  const held = repeatsHeldBack(records);
  return (
    <section className="panel list wide" aria-labelledby="panel-alerts" data-testid="panel.alerts">
      <header>
        <h2 id="panel-alerts">{words.recentAlerts}</h2>
        <span className="state plain" data-testid="alerts.suppressed" data-value={held}>
          {held > 0 ? words.heldBack(held) : words.noneHeldBack}
        </span>
      </header>
      <div />
      <AlertList lines={alertLines(records, locale).slice(0, LINES_ON_OVERVIEW)} />
      <footer>
        <span>{words.keptHere}</span>
        <Link href="/alerts">
          {words.allAlerts}
          <Chevron />
        </Link>
      </footer>
    </section>
  );
}
