import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { AlertPlaces } from '../../components/alert-places.tsx';
import { LineIcon } from '../../components/icons.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { useSilences } from '../../lib/alert-queries.ts';
import { useWords } from '../../lib/page-context.ts';
import { silenceStateAt } from '../../lib/silence-draft.ts';
import { useNow } from '../../lib/use-now.ts';
import { SilenceForm } from './silence-form.tsx';
import { SilenceTable } from './silence-table.tsx';

/** Expired silences that are shown; older ones explain nothing any more. */
const EXPIRED_SHOWN = 20;

function SilenceList() {
  const words = useWords();
  const { serverMs } = useNow();
  const silences = useSilences();
  if (!silences) return <p className="card-note">{words.loading}</p>;
  const byState = Object.groupBy(silences, (silence) => silenceStateAt(silence, serverMs));
  const { active = [], pending = [], expired = [] } = byState;
  const shown = [
    ...active.toSorted((a, b) => a.endsAt.localeCompare(b.endsAt)),
    ...pending.toSorted((a, b) => a.startsAt.localeCompare(b.startsAt)),
    ...expired.toSorted((a, b) => b.endsAt.localeCompare(a.endsAt)).slice(0, EXPIRED_SHOWN),
  ];
  if (shown.length > 0) return <SilenceTable silences={shown} />;
  return (
    <div className="empty">
      <b>{words.noSilences}</b>
      <span>{words.noSilencesNote}</span>
    </div>
  );
}

/** Silences and maintenance windows: those in force, those to come, those that are over; and a form for a new one. */
export function SilencesPage() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const [made, setMade] = useState(false);
  const open = search.has('new');
  const show = () => {
    setMade(false);
    setSearch({ new: '1' });
  };
  const finish = (done: boolean) => {
    setMade(done);
    setSearch({}, { replace: true });
  };
  return (
    <>
      <PageHead
        title={words.alerts}
        about={words.silences}
        action={
          !open && (
            <button type="button" className="btn primary" onClick={show} data-testid="silence.new">
              <LineIcon name="silence" />
              {words.newSilence}
            </button>
          )
        }
      />
      <AlertPlaces />
      {open && <SilenceForm key={search.toString()} search={search} onDone={finish} />}
      <section className="card" aria-labelledby="silence-list">
        <header>
          <h2 id="silence-list">{words.silences}</h2>
          <output className="mute" data-testid="silence.made">
            {made ? words.silenceMade : words.silencesHow}
          </output>
        </header>
        <SilenceList />
      </section>
    </>
  );
}
