import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { type Shape, StateMark } from '../../components/state-mark.tsx';
import { noticeKindText, sendErrorText } from '../../lib/alert-words.ts';
import { dayAndTime, fullTime } from '../../lib/format.ts';
import { useWords, useZone } from '../../lib/page-context.ts';
import { deliveriesOf } from './deliveries.ts';

type Notice = AlertRecord['notices'][number];

const shapes: Record<Notice['state'], Shape> = { sent: 'ok', pending: 'stale', dead: 'error', merged: 'ok' };

const useStateWord = (state: Notice['state']): string => {
  const words = useWords();
  return { sent: words.sent, pending: words.onItsWay, dead: words.givenUp, merged: words.mergedWithAnother }[state];
};

function ChannelMark({ channel, state }: { channel: string; state: Notice['state'] }) {
  const word = useStateWord(state);
  return (
    <span title={word} data-testid="alert.delivery" data-channel={channel} data-value={state}>
      <StateMark state={shapes[state]} word={channel} pill={false} />
      <span className="sr">{word}</span>
    </span>
  );
}

/** In one line: who was told, and who was not. */
export function DeliveryMarks({ notices }: { notices: readonly Notice[] }) {
  const words = useWords();
  if (notices.length === 0) return <span className="mute">{words.nobodyTold}</span>;
  return (
    <span className="marks-line">
      {deliveriesOf(notices).map(({ channel, state }) => (
        <ChannelMark key={channel} channel={channel} state={state} />
      ))}
    </span>
  );
}

function Receipt({ notice }: { notice: Notice }) {
  const words = useWords();
  const zone = useZone();
  const word = useStateWord(notice.state);
  const at = Date.parse(notice.at);
  return (
    <li data-testid="alert.receipt" data-channel={notice.channel} data-kind={notice.kind} data-state={notice.state}>
      <StateMark state={shapes[notice.state]} word={word} pill={false} />
      <span className="what">
        {notice.channel} <span className="mute">{noticeKindText(notice.kind, words)}</span>
      </span>
      <time dateTime={notice.at} title={fullTime(at, zone)}>
        {dayAndTime(at, zone)}
      </time>
      <span className="mute">{words.tries(notice.attempts)}</span>
      {notice.lastError !== null && (
        <span className="why-not">{words.lastError(sendErrorText(notice.lastError, words).replace(/[.。]$/, ''))}</span>
      )}
    </li>
  );
}

/** Every message about an alert with its receipt, in the order of sending. */
export function Receipts({ notices }: { notices: readonly Notice[] }) {
  const words = useWords();
  if (notices.length === 0) return <p className="mute">{words.nobodyToldYet}</p>;
  return (
    <ul className="receipts">
      {notices.map((notice) => (
        <Receipt key={notice.id} notice={notice} />
      ))}
    </ul>
  );
}
