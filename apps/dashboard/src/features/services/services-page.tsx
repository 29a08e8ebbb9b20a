import type { HealthResponse } from '@yoban/shared/contracts/health';
import { PageHead } from '../../components/page-head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { ago } from '../../lib/format.ts';
import { useLocale, useUiConfig, useWords } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { useHealth } from '../../lib/queries.ts';
import { elapsedS } from '../../lib/received.ts';
import { useNow } from '../../lib/use-now.ts';
import { type CheckRow, checkRows, probeRows } from './check-rows.ts';
import { DatabasesCard } from './databases-card.tsx';
import { KitCard } from './kit-card.tsx';

function CheckLine({ row }: { row: CheckRow }) {
  const words = useWords();
  const locale = useLocale();
  return (
    <tr id={row.id} data-testid={`services.check.${row.id}`} data-state={row.state}>
      <td>
        {row.state === 'not-configured' ? (
          <span className="state plain">{words.notConfigured}</span>
        ) : (
          <StateMark state={row.state} pill={false} />
        )}
      </td>
      <td className="main">{row.name}</td>
      <td className="sub wrap">{row.facts}</td>
      <td className="end">
        {row.state === 'not-configured' || row.ageS === null ? '–' : ago(row.ageS * 1000, locale)}
      </td>
    </tr>
  );
}

function CheckTable({ rows }: { rows: readonly CheckRow[] }) {
  const words = useWords();
  return (
    <div className="scroll">
      <table className="tbl stack">
        <thead>
          <tr>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.check}</th>
            <th scope="col">{words.value}</th>
            <th scope="col">{words.age}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <CheckLine key={row.id} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PrimaryService({ health, rows }: { health: HealthResponse; rows: readonly CheckRow[] }) {
  const words = useWords();
  const { displayName, primary } = useUiConfig();
  const summary = health.services.find(({ name }) => name === primary);
  const status = summary?.status ?? health.status;
  return (
    <section className="card" aria-labelledby="service-primary" data-testid={`services.${primary}`} data-value={status}>
      <header>
        <h2 id="service-primary">{summary?.display_name ?? displayName}</h2>
        <StateMark state={severityOf(status)} word={words[status]} />
      </header>
      <CheckTable rows={rows} />
    </section>
  );
}

function OtherServices({
  health,
  rowsOf,
}: {
  health: HealthResponse;
  rowsOf: (service: string) => readonly CheckRow[];
}) {
  const words = useWords();
  const { primary } = useUiConfig();
  return health.services
    .filter(({ name }) => name !== primary)
    .map(({ name, display_name: displayName, status }) => {
      const rows = rowsOf(name);
      return (
        <section
          key={name}
          className="card"
          aria-label={displayName}
          data-testid={`services.${name}`}
          data-value={status}
        >
          <header>
            <h2>{displayName}</h2>
            <StateMark state={severityOf(status)} word={words[status]} />
          </header>
          {rows.length > 0 && <CheckTable rows={rows} />}
        </section>
      );
    });
}

/** Every check with its state, its value and its age; then the databases and yoban itself. */
export function ServicesPage() {
  const words = useWords();
  const locale = useLocale();
  const { primary } = useUiConfig();
  const received = useHealth();
  const { monotonicMs, serverMs } = useNow();
  if (!received)
    return (
      <>
        <PageHead title={words.services} />
        <p className="mute">{words.loading}</p>
      </>
    );
  const health = received.value;
  const context = { elapsedS: elapsedS(received, monotonicMs), nowMs: serverMs, words, locale };
  return (
    <>
      <PageHead title={words.services} />
      <PrimaryService health={health} rows={checkRows(health, primary, context)} />
      <OtherServices health={health} rowsOf={(service) => probeRows(health, service, context)} />
      <DatabasesCard health={health} />
      <KitCard health={health} />
    </>
  );
}
