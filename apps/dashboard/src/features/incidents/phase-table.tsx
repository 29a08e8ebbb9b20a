import type { IncidentPhase } from '@yoban/shared/contracts/incident';
import { type Shape, StateMark } from '../../components/state-mark.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { instant } from '../../lib/format.ts';
import { useLocale, useWords } from '../../lib/page-context.ts';
import { phaseText, spanText } from './incident-words.ts';

function resultOf({ startedAt, endedAt, late }: IncidentPhase, words: Messages): { shape: Shape; word: string } {
  if (late) return { shape: 'warn', word: words.phaseLate };
  if (endedAt !== null) return { shape: 'ok', word: words.phaseInTime };
  return { shape: 'unknown', word: startedAt === null ? words.phaseWaiting : words.phaseRuns };
}

/** The parts of a recovery, each with its limit and what it took, both from the detection on (S3). */
export function PhaseTable({ phases, detectedAt }: { phases: readonly IncidentPhase[]; detectedAt: string }) {
  const words = useWords();
  const locale = useLocale();
  const since = (iso: string | null) => {
    const atMs = instant(iso);
    return atMs === null ? '–' : spanText(Math.max(0, atMs - Date.parse(detectedAt)), locale);
  };
  return (
    <table className="tbl phases" data-testid="incident.phases">
      <thead>
        <tr>
          <th scope="col">{words.phase}</th>
          <th scope="col" className="r narrow-off">
            {words.phaseLimit}
          </th>
          <th scope="col" className="r">
            {words.phaseTook}
          </th>
          <th scope="col">{words.phaseResult}</th>
        </tr>
      </thead>
      <tbody>
        {phases.map((phase) => {
          const { shape, word } = resultOf(phase, words);
          return (
            <tr key={phase.name} data-late={phase.late}>
              <td className="wrap">{phaseText(phase.name, words)}</td>
              <td className="r narrow-off">{since(phase.dueAt)}</td>
              <td className="r">{since(phase.endedAt)}</td>
              <td>
                <StateMark state={shape} word={word} pill={false} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
