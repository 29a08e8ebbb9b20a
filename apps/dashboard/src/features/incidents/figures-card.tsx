import type { IncidentFigures } from '@yoban/shared/contracts/incident-figures';
import { MINUTE } from '@yoban/shared/contracts/time';
import { StateMark } from '../../components/state-mark.tsx';
import { percent } from '../../lib/format.ts';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { spanText } from './incident-words.ts';

/** P5: detection in 5 min, recovery in 15, over 80 % of them without a person, under 5 % false alarms. */
const goals = { detectMs: 5 * MINUTE, recoverMs: 15 * MINUTE, automaticPercent: 80, falseAlarmPercent: 5 } as const;

interface Figure {
  name: string;
  id: string;
  value: string;
  goal: string;
  /** Null: there is nothing yet to hold against the goal. */
  met: boolean | null;
  more?: string;
}

function FigureCell({ name, id, value, goal, met, more }: Figure) {
  const words = useWords();
  return (
    <div>
      <dt>{name}</dt>
      <dd data-testid={`incidents.${id}`}>
        {value}
        <small>{words.goal(goal)}</small>
        {more && <small>{more}</small>}
      </dd>
      {met !== null && (
        <dd className="met">
          <StateMark state={met ? 'ok' : 'warn'} word={met ? words.goalMet : words.goalMissed} pill={false} />
        </dd>
      )}
    </div>
  );
}

/** What the incidents of the period say as a whole, each beside its goal. */
export function FiguresCard({ figures }: { figures: IncidentFigures }) {
  const words = useWords();
  const locale = useLocale();
  const { detect, recover, automaticPercent, falseAlarmPercent, open } = figures;
  const span = (ms: number | null) => (ms === null ? '–' : spanText(ms, locale));
  const share = (value: number | null) => (value === null ? '–' : percent(value));
  const under = (value: number | null, goal: number) => (value === null ? null : value < goal);
  return (
    <section className="card" aria-label={words.incidents} data-testid="incidents.figures">
      <dl className="kpis">
        <div>
          <dt>{words.openNow}</dt>
          <dd data-testid="incidents.open">{open}</dd>
        </div>
        <FigureCell
          {...{ name: words.detectedIn, id: 'detect', value: span(detect.meanMs), goal: span(goals.detectMs) }}
          met={under(detect.meanMs, goals.detectMs)}
          more={words.ofKnown(String(detect.known))}
        />
        <FigureCell
          {...{ name: words.recoveredIn, id: 'recover', value: span(recover.meanMs), goal: span(goals.recoverMs) }}
          met={under(recover.meanMs, goals.recoverMs)}
        />
        <FigureCell
          {...{ name: words.withoutPerson, id: 'automatic', value: share(automaticPercent) }}
          goal={`> ${percent(goals.automaticPercent)}`}
          met={automaticPercent === null ? null : automaticPercent > goals.automaticPercent}
        />
        <FigureCell
          {...{ name: words.falseAlarms, id: 'false-alarms', value: share(falseAlarmPercent) }}
          goal={`< ${percent(goals.falseAlarmPercent)}`}
          met={under(falseAlarmPercent, goals.falseAlarmPercent)}
        />
      </dl>
    </section>
  );
}
