import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { type Shape, StateMark } from '../../components/state-mark.tsx';
import type { Messages } from '../../i18n/messages.ts';
import { useWords } from '../../lib/page-context.ts';

const shapes = { critical: 'error', warning: 'warn', info: 'info' } as const;

function markOf({ state, level, silencedBy, hiddenBy }: AlertRecord, words: Messages): { shape: Shape; word: string } {
  if (state === 'info') return { shape: 'info', word: words.info };
  if (state === 'resolved') return { shape: 'ok', word: words.recovered };
  if (state === 'acked') return { shape: shapes[level], word: words.acknowledged };
  if (silencedBy !== null) return { shape: 'maint', word: words.silenced };
  if (hiddenBy !== null) return { shape: 'maint', word: words.heldByParent };
  return { shape: shapes[level], word: words.open };
}

/** Where an alert stands: shape and word. What holds its notices back is said before that it is open: it explains the quiet. */
export function AlertMark({ record }: { record: AlertRecord }) {
  const words = useWords();
  const { shape, word } = markOf(record, words);
  return <StateMark state={shape} word={word} pill={false} />;
}
