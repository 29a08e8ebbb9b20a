import { AlertPlaces } from '../../components/alert-places.tsx';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { useChannels } from '../../lib/alert-queries.ts';
import { isBusy } from '../../lib/command-state.ts';
import { useWords } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';
import { ChannelTable } from './channel-table.tsx';
import { DeadLetters } from './dead-letters.tsx';

function TestAll() {
  const words = useWords();
  const busDown = useBusDown();
  const { state, ask } = useAlertCommand();
  return (
    <>
      <CommandOutcome state={state} done={words.testSent} unchanged={words.testFailed} />
      <button
        type="button"
        className="btn primary"
        disabled={isBusy(state) || busDown}
        title={busDown ? words.commandNeedsBus : undefined}
        onClick={() => ask((api) => api.post('/api/alerts/test', { channel: null }))}
        data-testid="channels.test-all"
      >
        {isBusy(state) ? words.sendingTest : words.testAll}
      </button>
    </>
  );
}

/** Where alerts go: each channel with its last test, and the messages that could not be delivered. */
export function ChannelsPage() {
  const words = useWords();
  const channels = useChannels();
  const several = (channels?.length ?? 0) > 1;
  return (
    <>
      <PageHead title={words.alerts} about={words.channels} action={several && <TestAll />} />
      <AlertPlaces />
      <section className="card" aria-labelledby="channel-list">
        <header>
          <h2 id="channel-list">{words.channels}</h2>
          <span className="mute">{words.testHow}</span>
        </header>
        {channels ? <ChannelTable channels={channels} /> : <p className="card-note">{words.loading}</p>}
      </section>
      <DeadLetters />
    </>
  );
}
