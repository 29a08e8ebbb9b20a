import type { HealthResponse } from '@yoban/shared/contracts/health';
import { ColumnTable } from '../../components/column-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { dayAndTime, instant, megabytesText } from '../../lib/format.ts';
import { useWords, useZone } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';

/** Every guarded database: its state, whether an integrity check holds, its size and last write. */
export function DatabasesCard({ health }: { health: HealthResponse }) {
  const words = useWords();
  const zone = useZone();
  if (health.databases.length === 0) return null;
  return (
    <section className="card" aria-labelledby="databases">
      <header>
        <h2 id="databases">{words.databases}</h2>
      </header>
      <ColumnTable
        columns={[
          words.state,
          words.databaseWord,
          words.integrity,
          { text: words.size, className: 'r' },
          words.lastWrite,
        ]}
      >
        {health.databases.map(({ name, status, integrity, size_mb: sizeMb, last_write: lastWrite }) => {
          const writtenAt = instant(lastWrite);
          return (
            <tr key={name}>
              <td>
                <StateMark state={severityOf(status)} pill={false} />
              </td>
              <td className="main">{name}</td>
              <td className="sub" data-l={words.integrity}>
                {integrity === 'ok' ? words.ok : words.integrityUnknown}
              </td>
              <td className="r sub">{megabytesText(sizeMb)}</td>
              <td className="end">{writtenAt === null ? '–' : dayAndTime(writtenAt, zone)}</td>
            </tr>
          );
        })}
      </ColumnTable>
    </section>
  );
}
