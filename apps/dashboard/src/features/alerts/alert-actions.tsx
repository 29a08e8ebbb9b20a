import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { type FormEvent, useId, useState } from 'react';
import { Link } from 'wouter';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { LineIcon } from '../../components/icons.tsx';
import { isBusy } from '../../lib/command-state.ts';
import { useWords } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { silenceHref } from '../../lib/silence-draft.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';

const NOTE_MAX = 1_000;
const addressOf = ({ id }: AlertRecord, what: 'ack' | 'unack') => `/api/alerts/${encodeURIComponent(id)}/${what}`;

/** Ends reminders and escalation of an open alert: somebody looks after it. The page changes when the alerter says so. */
function Acknowledge({ record, blocked }: { record: AlertRecord; blocked: string | null }) {
  const words = useWords();
  const noteId = useId();
  const outcomeId = useId();
  const [note, setNote] = useState('');
  const { state, ask } = useAlertCommand();
  const busy = isBusy(state);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask((api) => api.post(addressOf(record, 'ack'), { note: note.trim() === '' ? null : note.trim() }));
  };
  return (
    <form className="line-form" onSubmit={submit}>
      <label htmlFor={noteId}>{words.ackNote}</label>
      <input
        id={noteId}
        className="field"
        value={note}
        maxLength={NOTE_MAX}
        onChange={(event) => setNote(event.target.value)}
        data-testid="alert.ack-note"
      />
      <button
        type="submit"
        className="btn"
        disabled={busy || blocked !== null}
        aria-describedby={outcomeId}
        data-testid="alert.ack"
      >
        {busy ? words.acknowledging : words.acknowledge}
      </button>
      {blocked === null ? (
        <CommandOutcome id={outcomeId} state={state} />
      ) : (
        <span id={outcomeId} className="told">
          {blocked}
        </span>
      )}
    </form>
  );
}

function Unacknowledge({ record, blocked }: { record: AlertRecord; blocked: string | null }) {
  const words = useWords();
  const outcomeId = useId();
  const { state, ask } = useAlertCommand();
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={isBusy(state) || blocked !== null}
        aria-describedby={outcomeId}
        onClick={() => ask((api) => api.post(addressOf(record, 'unack'), {}))}
        data-testid="alert.unack"
      >
        {words.unacknowledge}
      </button>
      <CommandOutcome id={outcomeId} state={state} />
    </>
  );
}

/** What can be done about an alert. One that is over, or that is none, only can be kept from coming again. */
export function AlertActions({ record }: { record: AlertRecord }) {
  const words = useWords();
  const blocked = useBusDown() ? words.commandNeedsBus : null;
  if (record.state === 'info') return null;
  return (
    <div className="detail-acts">
      {record.state === 'open' && <Acknowledge record={record} blocked={blocked} />}
      {record.state === 'acked' && <Unacknowledge record={record} blocked={blocked} />}
      <Link className="btn" href={silenceHref(record)} data-testid="alert.silence">
        <LineIcon name="silence" />
        {words.silence}
      </Link>
    </div>
  );
}
