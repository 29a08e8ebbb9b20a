import { Link, useSearchParams } from 'wouter';
import { AlertPlaces } from '../../components/alert-places.tsx';
import { Command } from '../../components/command.tsx';
import { LineIcon } from '../../components/icons.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { type AlertFilter, filterOf, isNarrowed, searchOf } from '../../lib/alert-filter.ts';
import { useAlertList } from '../../lib/alert-queries.ts';
import { useWords } from '../../lib/page-context.ts';
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
  const list = useAlertList(filter);
  const alerts = list.pages?.flatMap((page) => page.alerts) ?? [];
  const held = repeatsHeldBack(alerts);
  return (
    <section className="card" aria-labelledby="alert-list">
      <header>
        <h2 id="alert-list">{words.alertList}</h2>
        <span className="mute" data-testid="alerts.held-back" data-value={held}>
          {held > 0 ? words.heldBack(held) : words.noneHeldBack}
        </span>
      </header>
      <PagedList list={list} olderWord={words.older} olderTestId="alerts.older">
        {alerts.length > 0 && <AlertTable records={alerts} />}
        {alerts.length === 0 && (isNarrowed(filter) ? <NoneLeft clear={clear} /> : <NoAlerts />)}
      </PagedList>
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
