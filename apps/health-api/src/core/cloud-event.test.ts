import { expect, test } from 'vitest';
import { envelopeOfHeaders, readCloudEvent } from './cloud-event.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');
const event = (change: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id: '42',
  source: '/shop/till',
  type: 'alert.raise',
  time: '2026-03-11T15:29:00+09:00',
  data: { service: 'shop', alertType: 'till_stuck', severity: 'page', title: 'Till\nstuck' },
  ...change,
});
const read = (change?: Record<string, unknown>) => readCloudEvent(event(change), now).data;

test('an alert is read from its envelope and its data', () => {
  expect(read()).toMatchObject({
    id: '/shop/till#42',
    kind: 'raise',
    level: 'critical',
    service: 'shop',
    alertType: 'till_stuck',
    at: '2026-03-11T06:29:00.000Z',
    text: { title: 'Till stuck', description: '' },
  });
  expect(read({ type: 'alert.clear' })).toMatchObject({ kind: 'clear', endsAt: null });
  expect(read({ type: 'info' })).toMatchObject({ kind: 'info', level: 'info' });
  expect(read({ time: undefined })?.at).toBe('2026-03-11T06:30:00.000Z');
});

test('T0: source and id name it, and no two pairs get one name', () => {
  expect(read({ source: 'a#b', id: 'c' })?.id).not.toBe(read({ source: 'a', id: 'b#c' })?.id);
  expect(read({ source: 's'.repeat(300) })?.id).toMatch(/^ce-[0-9a-f]{64}$/);
});

test('extension attributes are left aside; an unknown field of the data is refused by name', () => {
  expect(read({ traceparent: '00-x' })?.id).toBe('/shop/till#42');
  const wrong = readCloudEvent(event({ data: { service: 'shop', alertType: 'x', level: 'critical' } }), now);
  expect(wrong.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', keys: ['level'] });
  expect(readCloudEvent(event({ type: 'order.paid' }), now).success).toBe(false);
  expect(readCloudEvent(event({ specversion: '0.3' }), now).success).toBe(false);
});

test('in binary mode the headers are the envelope', () => {
  const headers = { 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': '/%E5%BA%97', 'ce-type': 'info', host: 'x' };
  const envelope = envelopeOfHeaders(headers, { service: 'shop', alertType: 'opened' });
  expect(readCloudEvent(envelope, now).data).toMatchObject({ id: '/店#7', kind: 'info' });
  expect(envelopeOfHeaders({ 'ce-source': '100%' }, {}).source).toBe('100%');
});
