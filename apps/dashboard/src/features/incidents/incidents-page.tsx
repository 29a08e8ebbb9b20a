import type { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { useSearchParams } from 'wouter';
import { PageHead } from '../../components/page-head.tsx';
import { PagedList } from '../../components/paged-list.tsx';
import { type IncidentFilter, incidentFilterOf, incidentSearchOf } from '../../lib/incident-filter.ts';
import { useIncidentList } from '../../lib/incident-queries.ts';
import { useWords } from '../../lib/page-context.ts';
import type { Pages } from '../../lib/use-pages.ts';
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

interface ListProps {
  list: Pages<IncidentPage>;
  narrowed: boolean;
  clear: () => void;
}

function List({ list, narrowed, clear }: ListProps) {
  const words = useWords();
  const incidents = list.pages?.flatMap((page) => page.incidents) ?? [];
  return (
    <section className="card" aria-labelledby="incident-list">
      <header>
        <h2 id="incident-list">{words.allIncidents}</h2>
      </header>
      <PagedList list={list} olderWord={words.olderIncidents} olderTestId="incidents.older">
        {incidents.length > 0 ? <IncidentTable incidents={incidents} /> : <None narrowed={narrowed} clear={clear} />}
      </PagedList>
    </section>
  );
}

/** Every incident that is kept, open ones first: its course, its phases, what people say of it; and what they say as a whole. */
export function IncidentsPage() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const filter = incidentFilterOf(search);
  const list = useIncidentList(filter);
  const figures = list.pages?.[0]?.figures ?? [];
  const services = figures.flatMap(({ service }) => (service === null ? [] : [service]));
  const shown = figures.find(({ service }) => service === (filter.service || null));
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
