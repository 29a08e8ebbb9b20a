import { expect, test } from 'vitest';
import { deliveriesOf } from './deliveries.ts';

const notice = (channel: string, state: 'sent' | 'pending' | 'dead') => ({
  id: `${channel}-${state}`,
  channel,
  kind: 'raise' as const,
  state,
  attempts: 1,
  at: '2026-03-11T06:30:00.000Z',
  lastError: null,
});

test('a channel shows the gravest of its messages, each channel once, in the order of telling', () => {
  const notices = [
    notice('slack', 'sent'),
    notice('mail', 'sent'),
    notice('slack', 'pending'),
    notice('mail', 'dead'),
    notice('mail', 'pending'),
  ];
  expect(deliveriesOf(notices)).toEqual([
    { channel: 'slack', state: 'pending' },
    { channel: 'mail', state: 'dead' },
  ]);
  expect(deliveriesOf([])).toEqual([]);
});
