import type { HealthResponse } from '@yoban/shared/contracts/health';
import { StateMark } from '../../components/state-mark.tsx';
import { useWords } from '../../lib/page-context.ts';

/** yoban itself: a fault of the watch must not hide behind the app's state. */
export function KitCard({ health }: { health: HealthResponse }) {
  const words = useWords();
  const { bus, store } = health.checks.kit;
  const busState = bus === 'ok' ? 'ok' : bus === 'unsafe' ? 'warn' : 'error';
  return (
    <section className="card" aria-labelledby="kit" id="kit-card">
      <header>
        <h2 id="kit">{words.kit}</h2>
      </header>
      <dl className="kpis">
        <div>
          <dt>{words.bus}</dt>
          <dd className="kpi-state">
            <StateMark state={busState} pill={false} />
          </dd>
        </div>
        <div>
          <dt>{words.store}</dt>
          <dd className="kpi-state">
            <StateMark state={store === 'ok' ? 'ok' : 'error'} pill={false} />
          </dd>
        </div>
      </dl>
    </section>
  );
}
