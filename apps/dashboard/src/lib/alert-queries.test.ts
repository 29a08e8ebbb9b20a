import type { LiveMessage } from '@yoban/shared/contracts/live';
import { isoTime } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { sampleAlertPage, sampleSilences, sampleTests } from '../../test/sample-alerting.ts';
import { storeAlertLive } from './alert-queries.ts';
import { createQueryClient } from './query-client.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const head = { seq: 2, serverTime: isoTime(nowMs) };
const heard = (seed: [readonly unknown[], unknown], message: LiveMessage): unknown => {
  const client = createQueryClient();
  client.setQueryData(...seed);
  storeAlertLive(client, message);
  return client.getQueryData(seed[0]);
};

test('D3: a live alert changes its row on every filter of the list that shows it, and tells lists to ask anew', () => {
  const [first, ...rest] = sampleAlertPage('degraded', nowMs);
  if (!first) throw new Error('the sample has an alert');
  const client = createQueryClient();
  const page = { pages: [{ alerts: [first, ...rest], next: null }], pageParams: [null] };
  for (const search of ['', 'state=open']) client.setQueryData(['alert-list', search], page);
  storeAlertLive(client, { ...head, type: 'alert', alert: { ...first, state: 'acked', ackedBy: 'operator' } });
  for (const search of ['', 'state=open']) {
    expect(client.getQueryData(['alert-list', search])).toMatchObject({
      pages: [{ alerts: [{ state: 'acked' }, ...rest.map(({ id }) => ({ id }))] }],
    });
  }
  expect(client.getQueryData(['alert-changes'])).toBe(1);
});

test('A7, A8: silences, tests and what became of commands are stored as they come; a list not asked for yet is left alone', () => {
  const [silence] = sampleSilences('degraded', nowMs);
  const [sent] = sampleTests('degraded', nowMs);
  if (!silence || !sent) throw new Error('the samples are empty');
  const ended: LiveMessage = { ...head, type: 'silence', silence: { ...silence, state: 'expired' } };
  expect(heard([['silences'], [silence]], ended)).toEqual([{ ...silence, state: 'expired' }]);
  expect(heard([['silences'], undefined], ended)).toBeUndefined();
  const failed: LiveMessage = { ...head, type: 'alert-test', test: { ...sent, id: 't2', outcome: 'failed' } };
  expect(heard([['alert-tests'], [sent]], failed)).toMatchObject([{ id: 't2' }, { id: 't1' }]);
  const audit = {
    ...{ id: 'c1', do: 'ack' as const, actor: 'operator', target: 'a', note: null },
    ...{ done: true, reason: 'acked', at: head.serverTime },
  };
  expect(heard([['alert-audit', 'c1'], null], { ...head, type: 'alert-audit', audit })).toEqual(audit);
});
