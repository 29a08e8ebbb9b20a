import { Link, useSearchParams } from 'wouter';
import { AlertPlaces } from '../../components/alert-places.tsx';
import { Command } from '../../components/command.tsx';
import { LineIcon } from '../../components/icons.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { type AlertFilter, filterOf, isNarrowed, searchOf } from '../../lib/alert-filter.ts';
import { useAlertList } from '../../lib/alert-queries.ts';
import { useWords } from '../../lib/page-context.ts';
import { refusalOf } from '../../lib/use-alert-command.ts';
import { repeatsHeldBack } from './alert-events.ts';
import { AlertFilterBar } from './alert-filter-bar.tsx';
import { AlertTable } from './alert-table.tsx';

function NoAlerts() {
  const words = useWords();
  return (
    <div className="empty">
      <b>{words.noAlerts}</b>
      <span>{words.noAlertsTest}</span>
      <Command text="bin/yoban alerts test" />
    </div>
  );
}

function NoneLeft({ clear }: { clear: () => void }) {
  const words = useWords();
  return (
    <div className="empty">
      <b>{words.noneMatch}</b>
      <button type="button" className="btn" onClick={clear} data-testid="filter.clear">
        {words.clearFilter}
      </button>
    </div>
  );
}

function List({ filter, clear }: { filter: AlertFilter; clear: () => void }) {
  const words = useWords();
  const { alerts, error, older, loadingOlder } = useAlertList(filter);
  const held = repeatsHeldBack(alerts ?? []);
  return (
    <section className="card" aria-labelledby="alert-list">
      <header>
        <h2 id="alert-list">{words.alertList}</h2>
        <span className="mute" data-testid="alerts.held-back" data-value={held}>
          {held > 0 ? words.heldBack(held) : words.noneHeldBack}
        </span>
      </header>
      {!alerts && !error && <p className="card-note">{words.loading}</p>}
      {!alerts && Boolean(error) && (
        <p className="card-note is-error" role="alert">
          {refusalOf(error, words.noAnswer)}
        </p>
      )}
      {alerts?.length === 0 && (isNarrowed(filter) ? <NoneLeft clear={clear} /> : <NoAlerts />)}
      {alerts && alerts.length > 0 && <AlertTable records={alerts} />}
      {older && (
        <div className="card-note older">
          <button type="button" className="btn" disabled={loadingOlder} onClick={older} data-testid="alerts.older">
            {loadingOlder ? words.loading : words.older}
          </button>
        </div>
      )}
    </section>
  );
}

/** Every alert that is kept, the newest first: what it says, where it stands, who was told, and what can be done. */
export function AlertsPage() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const change = (changed: Partial<AlertFilter>) => setSearch(searchOf({ ...filter, ...changed }), { replace: true });
  return (
    <>
      <PageHead
        title={words.alerts}
        action={
          <Link className="btn" href="/alerts/silences?new=1">
            <LineIcon name="silence" />
            {words.silence}
          </Link>
        }
      />
      <AlertPlaces />
      <AlertFilterBar filter={filter} change={change} />
      <List filter={filter} clear={() => setSearch({}, { replace: true })} />
    </>
  );
}
