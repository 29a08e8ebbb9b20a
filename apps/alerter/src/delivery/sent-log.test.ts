import { createLogger } from '@yoban/shared/logger';
import { afterEach, expect, test, vi } from 'vitest';
import { createSentLog } from './sent-log.ts';

afterEach(() => void vi.useRealTimers());

const sent = (n: number, channel = 'chat') =>
  ({ nid: `n${n}`, channel, kind: 'raise', reason: 'sent', attempts: 1, delayMs: 7 }) as const;

test('each message has its line; of a storm the first twenty have, and the others are counted once a second', () => {
  vi.useFakeTimers();
  const lines: Record<string, unknown>[] = [];
  const say = createSentLog(createLogger('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) }));
  for (let n = 0; n < 25; n++) say(sent(n));
  say(sent(25, 'hook'));
  expect(lines.map(({ event, nid }) => `${event} ${nid}`)).toEqual(
    Array.from({ length: 20 }, (_, n) => `notice.sent n${n}`),
  );
  vi.advanceTimersByTime(1_000);
  expect(lines.at(-1)).toMatchObject({ event: 'notices.sent', more: { chat: 5, hook: 1 } });
  say(sent(26));
  vi.advanceTimersByTime(1_000);
  expect(lines.slice(21)).toMatchObject([{ event: 'notice.sent', nid: 'n26' }]);
});
