import { PageHead } from '../../components/page-head.tsx';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { useAlerts } from '../../lib/queries.ts';
import { alertLines, repeatsHeldBack } from './alert-events.ts';
import { AlertList } from './alerts-panel.tsx';

/** The last 50 alerts with everything that came of them. */
export function AlertsPage() {
  const words = useWords();
  const locale = useLocale();
  const records = useAlerts();
  const held = repeatsHeldBack(records ?? []);
  return (
    <>
      <PageHead title={words.alerts} about={words.keptHere} />
      <section className="card" aria-labelledby="alert-list">
        <header>
          <h2 id="alert-list">{words.recentAlerts}</h2>
          <span className="mute">{held > 0 ? words.heldBack(held) : words.noneHeldBack}</span>
        </header>
        {records ? <AlertList lines={alertLines(records, locale)} /> : <p className="card-note">{words.loading}</p>}
      </section>
    </>
  );
}
