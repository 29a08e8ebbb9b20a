import type { Incident } from '@yoban/shared/contracts/incident';
import { type Shape, StateMark } from '../../components/state-mark.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { useWords } from '../../lib/page-context.ts';

const shapes = { critical: 'error', warning: 'warn', info: 'info' } as const;

function markOf(incident: Incident, words: Messages): { shape: Shape; word: string } {
  if (incident.falseAlarm) return { shape: 'info', word: words.falseAlarm };
  if (incident.recoveredAt !== null) return { shape: 'ok', word: words.recovered };
  return { shape: shapes[incident.severity], word: incident.ackedAt === null ? words.open : words.acknowledged };
}

/** Where an incident stands: shape and word. */
export function IncidentMark({ incident }: { incident: Incident }) {
  const words = useWords();
  const { shape, word } = markOf(incident, words);
  return <StateMark state={shape} word={word} pill={false} />;
}
