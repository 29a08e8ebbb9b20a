import type { AlertTest } from '@yoban/shared/contracts/alert-command';
import { useId } from 'react';
import { ColumnTable } from '../../components/column-table.tsx';
import { Command } from '../../components/command.tsx';
import { CommandOutcome } from '../../components/command-outcome.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { ChannelView } from '../../lib/alert-answers.ts';
import { useTests } from '../../lib/alert-queries.ts';
import { sendErrorText } from '../../lib/alert-words.ts';
import { isBusy } from '../../lib/command-state.ts';
import { ago, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useBusDown } from '../../lib/queries.ts';
import { useAlertCommand } from '../../lib/use-alert-command.ts';
import { useNow } from '../../lib/use-now.ts';

const kindNames: Record<string, string> = {
  slack: 'Slack',
  smtp: 'SMTP',
  sendgrid: 'SendGrid',
  line: 'LINE',
  discord: 'Discord',
  telegram: 'Telegram',
  ntfy: 'ntfy',
  pagerduty: 'PagerDuty',
  webhook: 'Webhook',
};

function LastTest({ test }: { test: AlertTest | undefined }) {
  const words = useWords();
  // The alerter leaves out a channel that has no values.
  if (test?.detail === 'no_such_channel') return <span className="state plain">{words.notConfigured}</span>;
  if (!test) return <StateMark state="unknown" word={words.notTested} pill={false} />;
  return test.outcome === 'sent' ? (
    <StateMark state="ok" word={words.sent} />
  ) : (
    <StateMark state="error" word={words.failed} pill={false} />
  );
}

function SendTest({ channel }: { channel: ChannelView }) {
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
        aria-label={`${words.sendTest}: ${channel.name}`}
        aria-describedby={outcomeId}
        title={busDown ? words.commandNeedsBus : undefined}
        onClick={() => ask((api) => api.post('/api/alerts/test', { channel: channel.name }))}
        data-testid="channel.test"
      >
        {isBusy(state) ? words.sendingTest : words.sendTest}
      </button>
      <CommandOutcome id={outcomeId} state={state} unchanged={words.testFailed} />
    </>
  );
}

function ChannelRow({ channel, test }: { channel: ChannelView; test: AlertTest | undefined }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { serverMs } = useNow();
  const testedAt = test ? Date.parse(test.at) : null;
  return (
    <tr data-testid="channel.row" data-channel={channel.name} data-outcome={test?.outcome} data-id={test?.id}>
      <td>
        <LastTest test={test} />
      </td>
      <td className="main wrap">
        {channel.name} {test?.detail && <span className="mute">{sendErrorText(test.detail, words)}</span>}
      </td>
      <td className="sub">{kindNames[channel.kind] ?? channel.kind}</td>
      <td className="end" title={testedAt === null ? undefined : fullTime(testedAt, zone)}>
        {testedAt === null ? '–' : ago(serverMs - testedAt, locale)}
      </td>
      <td className="act">
        <SendTest channel={channel} />
      </td>
    </tr>
  );
}

function NoChannels() {
  const words = useWords();
  return (
    <div className="empty">
      <b>{words.noChannels}</b>
      <span>{words.noChannelsNote}</span>
      <Command text="bin/yoban config check" />
    </div>
  );
}

/** Each channel with how its last test ended; a test is marked TEST and touches no alert (A8). */
export function ChannelTable({ channels }: { channels: readonly ChannelView[] }) {
  const words = useWords();
  const tests = useTests() ?? [];
  if (channels.length === 0) return <NoChannels />;
  return (
    <ColumnTable columns={[words.lastTest, words.channel, words.kind, words.time, null]}>
      {channels.map((channel) => (
        <ChannelRow key={channel.name} channel={channel} test={tests.find((one) => one.channel === channel.name)} />
      ))}
    </ColumnTable>
  );
}
