import type { SilenceView } from '@yoban/shared/contracts/silence';
import { useId } from 'react';
import { ColumnTable } from '../../components/column-table.tsx';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { isBusy } from '../../lib/command-state.ts';
import { dayAndTime, duration, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { matcherText, silenceStateAt } from '../../lib/silence-draft.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';
import { useNow } from '../../lib/use-now.ts';

const shapes = { active: 'maint', pending: 'stale', expired: 'info' } as const;

function EndSilence({ silence }: { silence: SilenceView }) {
  const words = useWords();
  const outcomeId = useId();
  const busDown = useBusDown();
  const { state, ask } = useAlertCommand();
  return (
    <>
      <button
        type="button"
        className="btn small"
        disabled={isBusy(state) || busDown}
        aria-label={`${words.endSilence}: ${silence.comment}`}
        aria-describedby={outcomeId}
        title={busDown ? words.commandNeedsBus : undefined}
        onClick={() => ask((api) => api.delete(`/api/silences/${encodeURIComponent(silence.id)}`))}
        data-testid="silence.end"
      >
        {isBusy(state) ? words.ending : words.endSilence}
      </button>
      <CommandOutcome id={outcomeId} state={state} />
    </>
  );
}

function Times({ silence }: { silence: SilenceView }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const from = Date.parse(silence.startsAt);
  const to = Date.parse(silence.endsAt);
  return (
    <td className="end" title={`${fullTime(from, zone)} – ${fullTime(to, zone)}`}>
      {words.fromTo(dayAndTime(from, zone), dayAndTime(to, zone))}{' '}
      <span className="mute">{duration(to - from, locale, 2)}</span>
    </td>
  );
}

function SilenceRow({ silence }: { silence: SilenceView }) {
  const words = useWords();
  const { serverMs } = useNow();
  const state = silenceStateAt(silence, serverMs);
  const word = { active: words.silenceActive, pending: words.silencePending, expired: words.silenceExpired }[state];
  return (
    <tr data-testid="silence.row" data-id={silence.id} data-state={state}>
      <td>
        <StateMark state={shapes[state]} word={word} pill={false} />
      </td>
      <td className="main wrap">
        {silence.comment}
        <span className="chips">
          {silence.matchers.map((matcher) => (
            <code key={matcherText(matcher)}>{matcherText(matcher)}</code>
          ))}
        </span>
      </td>
      <td className="sub">{silence.createdBy}</td>
      <Times silence={silence} />
      <td className="act">{state !== 'expired' && <EndSilence silence={silence} />}</td>
    </tr>
  );
}

export function SilenceTable({ silences }: { silences: readonly SilenceView[] }) {
  const words = useWords();
  return (
    <ColumnTable columns={[words.state, words.commentAndMatch, words.by, words.time, null]}>
      {silences.map((silence) => (
        <SilenceRow key={silence.id} silence={silence} />
      ))}
    </ColumnTable>
  );
}
