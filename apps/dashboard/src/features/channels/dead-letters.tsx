import { alertText } from '@yoban/shared/alerts/alert-text';
import { useId } from 'react';
import { ColumnTable } from '../../components/column-table.tsx';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { DeadLetter } from '../../lib/alert-answers.ts';
import { useDeadLetters } from '../../lib/alert-queries.ts';
import { noticeKindText, sendErrorText } from '../../lib/alert-words.ts';
import { isBusy } from '../../lib/command-state.ts';
import { dayAndTime, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';

function Resend({ noticeId, label }: { noticeId: string; label: string }) {
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
        aria-label={`${words.resend}: ${label}`}
        aria-describedby={outcomeId}
        title={busDown ? words.commandNeedsBus : undefined}
        onClick={() => ask((api) => api.post(`/api/alerts/dead/${encodeURIComponent(noticeId)}/resend`, {}))}
        data-testid="dead.resend"
      >
        {isBusy(state) ? words.resending : words.resend}
      </button>
      <CommandOutcome id={outcomeId} state={state} />
    </>
  );
}

function DeadRow({ letter: { notice, alert } }: { letter: DeadLetter }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const at = Date.parse(notice.at);
  const { short } = alertText({ ...alert, state: notice.kind === 'recovery' ? 'resolved' : 'open' }, locale);
  return (
    <tr data-testid="dead.row" data-notice={notice.id} data-channel={notice.channel}>
      <td>
        <StateMark state="error" word={words.givenUp} pill={false} />
      </td>
      <td className="main wrap">
        {short}{' '}
        <span className="mute">
          {notice.lastError === null ? words.noReason : sendErrorText(notice.lastError, words)}
        </span>
      </td>
      <td className="sub">
        {notice.channel} · {noticeKindText(notice.kind, words)}
      </td>
      <td className="end" title={fullTime(at, zone)}>
        {dayAndTime(at, zone)}
      </td>
      <td className="sub">{words.tries(notice.attempts)}</td>
      <td className="act">
        <Resend noticeId={notice.id} label={`${short} (${notice.channel})`} />
      </td>
    </tr>
  );
}

/** Messages that were given up, each with why, to be sent again once the cause is mended. */
export function DeadLetters() {
  const words = useWords();
  const letters = useDeadLetters();
  return (
    <section className="card" aria-labelledby="dead-letters" data-testid="dead" data-value={letters?.length}>
      <header>
        <h2 id="dead-letters">{words.undelivered}</h2>
        <span className="mute">{words.undeliveredHow}</span>
      </header>
      {!letters && <p className="card-note">{words.loading}</p>}
      {letters?.length === 0 && (
        <div className="empty">
          <b>{words.noneUndelivered}</b>
          <span>{words.noneUndeliveredNote}</span>
        </div>
      )}
      {letters && letters.length > 0 && (
        <ColumnTable columns={[words.state, words.alertWord, words.channel, words.time, words.attempts, null]}>
          {letters.map((letter) => (
            <DeadRow key={letter.notice.id} letter={letter} />
          ))}
        </ColumnTable>
      )}
    </section>
  );
}
