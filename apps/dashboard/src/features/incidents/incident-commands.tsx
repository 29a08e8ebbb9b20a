import type { Incident } from '@yoban/shared/contracts/incident';
import { type FormEvent, useId, useState } from 'react';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { isBusy } from '../../lib/command-state.ts';
import { useWords } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { type IncidentCommand, useIncidentCommand } from '../../lib/use-incident-command.ts';

const NOTE_MAX = 2_000;

interface Part {
  incident: Incident;
  ask: IncidentCommand['ask'];
  disabled: boolean;
  outcomeId: string;
}

function Note({ incident, ask, disabled, outcomeId }: Part) {
  const words = useWords();
  const noteId = useId();
  const [note, setNote] = useState(incident.note ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask('note', { note: note.trim() });
  };
  return (
    <form className="line-form" onSubmit={submit}>
      <label htmlFor={noteId}>{words.note}</label>
      <input
        id={noteId}
        className="field"
        value={note}
        maxLength={NOTE_MAX}
        onChange={({ target }) => setNote(target.value)}
        data-testid="incident.note-field"
      />
      <button
        type="submit"
        className="btn"
        disabled={disabled || note.trim() === (incident.note ?? '')}
        aria-describedby={outcomeId}
        data-testid="incident.note-save"
      >
        {words.saveNote}
      </button>
    </form>
  );
}

/** What a person can say of an incident. The page changes when the watchdog has written it. */
export function IncidentCommands({ incident }: { incident: Incident }) {
  const words = useWords();
  const outcomeId = useId();
  const busDown = useBusDown();
  const { state, ask } = useIncidentCommand(incident);
  const disabled = isBusy(state) || busDown;
  const part = { incident, ask, disabled, outcomeId };
  const { falseAlarm } = incident;
  return (
    <div className="detail-acts">
      <Note {...part} />
      {incident.recoveredAt === null && incident.ackedAt === null && (
        <button
          type="button"
          className="btn"
          disabled={disabled}
          aria-describedby={outcomeId}
          onClick={() => ask('ack', {})}
          data-testid="incident.ack"
        >
          {words.acknowledge}
        </button>
      )}
      <button
        type="button"
        className="btn"
        disabled={disabled}
        aria-describedby={outcomeId}
        onClick={() => ask('false-alarm', { falseAlarm: !falseAlarm })}
        data-testid="incident.false-alarm"
      >
        {falseAlarm ? words.sayNoFalseAlarm : words.sayFalseAlarm}
      </button>
      {busDown ? (
        <span id={outcomeId} className="told">
          {words.commandNeedsBus}
        </span>
      ) : (
        <CommandOutcome id={outcomeId} state={state} slow={words.incidentSlow} />
      )}
    </div>
  );
}
