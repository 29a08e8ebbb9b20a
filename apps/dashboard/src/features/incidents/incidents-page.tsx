import { useSearchParams } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { type IncidentFilter, incidentFilterOf, incidentSearchOf } from '../../lib/incident-filter.ts';
import { type IncidentList, useIncidentList } from '../../lib/incident-queries.ts';
import { useWords } from '../../lib/page-context.ts';
import { refusalOf } from '../../lib/use-alert-command.ts';
import { FiguresCard } from './figures-card.tsx';
import { IncidentFilterBar } from './incident-filter-bar.tsx';
import { IncidentTable } from './incident-table.tsx';

const PERIOD_DAYS = '30';

function None({ narrowed, clear }: { narrowed: boolean; clear: () => void }) {
  const words = useWords();
  if (!narrowed)
    return (
      <div className="empty">
        <b>{words.noIncidents}</b>
        <span>{words.noIncidentsNote}</span>
      </div>
    );
  return (
    <div className="empty">
      <b>{words.noIncidentMatches}</b>
      <button type="button" className="btn" onClick={clear}>
        {words.clearFilter}
      </button>
    </div>
  );
}

function List({ list, narrowed, clear }: { list: IncidentList; narrowed: boolean; clear: () => void }) {
  const words = useWords();
  const { incidents, error, older, loadingOlder } = list;
  return (
    <section className="card" aria-labelledby="incident-list">
      <header>
        <h2 id="incident-list">{words.allIncidents}</h2>
      </header>
      {!incidents && !error && <p className="card-note">{words.loading}</p>}
      {!incidents && Boolean(error) && (
        <p className="card-note is-error" role="alert">
          {refusalOf(error, words.noAnswer)}
        </p>
      )}
      {incidents?.length === 0 && <None narrowed={narrowed} clear={clear} />}
      {incidents && incidents.length > 0 && <IncidentTable incidents={incidents} />}
      {older && (
        <div className="card-note older">
          <button type="button" className="btn" disabled={loadingOlder} onClick={older} data-testid="incidents.older">
            {loadingOlder ? words.loading : words.olderIncidents}
          </button>
        </div>
      )}
    </section>
  );
}

/** Every incident that is kept, open ones first: its course, its phases, what people say of it; and what they say as a whole. */
export function IncidentsPage() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const filter = incidentFilterOf(search);
  const list = useIncidentList(filter);
  const services = (list.figures ?? []).flatMap(({ service }) => (service === null ? [] : [service]));
  const shown = list.figures?.find(({ service }) => service === (filter.service || null));
  const change = (changed: Partial<IncidentFilter>) =>
    setSearch(incidentSearchOf({ ...filter, ...changed }), { replace: true });
  return (
    <>
      <PageHead title={words.incidents} about={words.lastDays(PERIOD_DAYS)} />
      {shown && <FiguresCard figures={shown} />}
      <IncidentFilterBar filter={filter} seen={services} change={change} />
      <List list={list} narrowed={incidentSearchOf(filter).size > 0} clear={() => setSearch({}, { replace: true })} />
    </>
  );
}
