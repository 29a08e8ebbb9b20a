import type { Messages } from '../i18n/messages.ts';
import { alertReasonText } from '../lib/alert-words.ts';
import type { CommandState } from '../lib/command-state.ts';
import { useWords } from '../lib/page-context.ts';

interface Told {
  /** Said when it is done; nothing where the page shows it anyway. */
  done?: string;
  /** Said instead of the alerter's reason when nothing came of it. */
  unchanged?: string;
  /** Said when it takes long, where it is not the alerter that does it. */
  slow?: string;
}

function textOf(state: CommandState, words: Messages, { done, unchanged, slow }: Told): string | null {
  switch (state.kind) {
    case 'idle':
    case 'asking':
    case 'waiting':
      return null;
    case 'done':
      return done ?? null;
    case 'unchanged':
      return unchanged ?? words.commandUnchanged(alertReasonText(state.reason, words));
    case 'slow':
      return slow ?? words.commandSlow;
    case 'refused':
      return words.commandRefused(state.why);
    default:
      return state satisfies never;
  }
}

/** What came of a command, beside the button that gave it: also said to those who do not see it. */
export function CommandOutcome({ id, state, ...told }: Told & { id?: string; state: CommandState }) {
  const words = useWords();
  const text = textOf(state, words, told);
  const tone = state.kind === 'refused' || state.kind === 'unchanged' ? 'is-error' : '';
  return (
    <output className={`told ${tone}`} id={id} data-testid="command.outcome" data-state={state.kind}>
      {text}
    </output>
  );
}
