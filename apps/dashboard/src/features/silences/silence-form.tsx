import { zoneName } from '@yoban/shared/zone-time';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { isBusy } from '../../lib/command-state.ts';
import { useServices, useWords, useZone } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { type DraftProblem, draftOf, type SilenceDraft, silenceOf } from '../../lib/silence-draft.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';
import { MatcherLines } from './matcher-lines.tsx';
import { SilenceTimes } from './silence-times.tsx';

const COMMENT_MAX = 1_000;

function Comment({ value, wrong, change }: { value: string; wrong: boolean; change: (value: string) => void }) {
  const words = useWords();
  const fieldId = useId();
  return (
    <div className="part">
      <label htmlFor={fieldId}>{words.comment}</label>
      <input
        id={fieldId}
        className="field"
        value={value}
        maxLength={COMMENT_MAX}
        required
        aria-invalid={wrong}
        onChange={(event) => change(event.target.value)}
        data-testid="silence.comment"
      />
    </div>
  );
}

/** Says all that is missing at once, and moves the focus to it. */
function Problems({ problems }: { problems: readonly DraftProblem[] }) {
  const words = useWords();
  const place = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (problems.length > 0) place.current?.focus();
  }, [problems]);
  const text = {
    matchers: words.needsMatchers,
    pattern: words.badPattern,
    startsAt: words.badStart,
    endsAt: words.badEnd,
    comment: words.needsComment,
  };
  return (
    <p
      ref={place}
      tabIndex={-1}
      role="alert"
      className={problems.length > 0 ? 'told is-error' : 'sr'}
      data-testid="silence.problems"
    >
      {problems.map((problem) => text[problem]).join(' ')}
    </p>
  );
}

/** A new silence: for an alert whose names come with the address, or for what is written. Over at once when the alerter has taken it. */
export function SilenceForm({ search, onDone }: { search: URLSearchParams; onDone: (made: boolean) => void }) {
  const words = useWords();
  const zone = useZone();
  const { clock } = useServices();
  const blocked = useBusDown() ? words.commandNeedsBus : null;
  const [draft, setDraft] = useState<SilenceDraft>(() => draftOf(search, clock.now(), zone));
  const [problems, setProblems] = useState<DraftProblem[]>([]);
  const { state, ask } = useAlertCommand();
  const made = state.kind === 'done';
  const finish = useRef(onDone);
  useEffect(() => {
    finish.current = onDone;
  });
  useEffect(() => {
    if (made) finish.current(true);
  }, [made]);
  const change = (changed: Partial<SilenceDraft>) => setDraft({ ...draft, ...changed });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const silence = silenceOf(draft, clock.now(), zone);
    if ('problems' in silence) return setProblems(silence.problems);
    setProblems([]);
    ask((api) => api.post('/api/silences', silence));
  };
  const busy = isBusy(state);
  return (
    <section className="card" aria-labelledby="new-silence">
      <header>
        <h2 id="new-silence">{words.newSilence}</h2>
        <span className="mute">{words.newSilenceHow}</span>
      </header>
      <form className="silence-form" noValidate onSubmit={submit} data-testid="silence.form">
        <MatcherLines lines={draft.matchers} change={(matchers) => change({ matchers })} />
        <SilenceTimes draft={draft} zoneText={zoneName(clock.now(), zone)} change={change} />
        <Comment value={draft.comment} wrong={problems.includes('comment')} change={(comment) => change({ comment })} />
        <Problems problems={problems} />
        <div className="acts">
          <button type="submit" className="btn primary" disabled={busy || blocked !== null} data-testid="silence.make">
            {busy ? words.making : words.makeSilence}
          </button>
          <button type="button" className="btn quiet" onClick={() => onDone(false)} data-testid="silence.cancel">
            {words.cancel}
          </button>
          {blocked === null ? <CommandOutcome state={state} /> : <span className="told">{blocked}</span>}
        </div>
      </form>
    </section>
  );
}
