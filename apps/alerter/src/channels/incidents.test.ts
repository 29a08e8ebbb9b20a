import { startFakePagerduty } from '@yoban/shared/testing/fake-pagerduty';
import { startFakeWebhook } from '@yoban/shared/testing/fake-webhook';
import { expect, test } from 'vitest';
import { fakesOfTest } from '../../test/support/fakes-of-test.ts';
import { sampleAbout, sampleMessage } from './conformance-messages.ts';
import { pagerdutyChannel } from './pagerduty.ts';
import { timeLimit } from './time-limit.ts';
import { signature, webhookChannel } from './webhook.ts';

const started = fakesOfTest();
const limit = () => timeLimit(5_000);

test('A6: PagerDuty: one incident from its raise to its recovery, however often an event comes', async () => {
  const fake = await started(startFakePagerduty({ key: 'k' }));
  const channel = pagerdutyChannel({ key: 'k', endpoint: fake.url, pageUrl: 'http://localhost:3000/' });
  for (const state of ['open', 'open', 'acknowledged', 'over', 'over'] as const) {
    expect((await channel.send(sampleAbout({ state }), limit())).kind).toBe('sent');
  }
  expect(fake.events().map(({ action, outcome, dedupKey }) => `${action} ${outcome} ${dedupKey}`)).toEqual([
    'trigger accepted ailife/process_down#1',
    'trigger repeated ailife/process_down#1',
    'acknowledge accepted ailife/process_down#1',
    'resolve accepted ailife/process_down#1',
    'resolve repeated ailife/process_down#1',
  ]);
  expect(fake.events()[0]).toMatchObject({ severity: 'critical', summary: '[CRITICAL] 夜の生活 <b> Process down' });
});

test('A6: PagerDuty: a test leaves nothing open; a long id keeps its place; a wrong key is about us', async () => {
  const fake = await started(startFakePagerduty({ key: 'k' }));
  const of = (key: string) => pagerdutyChannel({ key, endpoint: fake.url, pageUrl: 'http://localhost:3000/' });
  await of('k').send({ ...sampleMessage, about: null }, limit());
  expect(fake.events().map((one) => one.action)).toEqual(['trigger', 'resolve']);
  await of('k').send(sampleAbout({ incident: `${'長'.repeat(300)}#1` }), limit());
  await of('k').send(sampleAbout({ incident: `${'長'.repeat(300)}#2` }), limit());
  const keys = fake.events().map((one) => one.dedupKey);
  expect(new Set(keys).size).toBe(3);
  expect(Math.max(...keys.map((key) => key.length))).toBe(255);
  expect(await of('other').send(sampleMessage, limit())).toEqual({ kind: 'refused', code: 'http_400_routing_key' });
});

test("A6: a webhook gets Alertmanager's payload, signed, with the notice as its key", async () => {
  const fake = await started(startFakeWebhook({ secret: 's3' }));
  const settings = { name: 'hook', url: fake.url, token: 'bearer', pageUrl: 'http://localhost:3000/admin/dashboard' };
  const channel = webhookChannel({ ...settings, secret: 's3' });
  await channel.send(sampleAbout({ labels: { zone: 'a' } }), limit());
  await channel.send(sampleMessage, limit());
  await channel.send(sampleAbout({ state: 'over' }, '夜/down#1:hook:2'), limit());
  const [raise, repeat, recovery] = fake.deliveries();
  expect(raise).toMatchObject({
    outcome: 'accepted',
    key: 'ailife/process_down#1:x:1',
    payload: {
      version: '4',
      status: 'firing',
      receiver: 'hook',
      groupKey: 'ailife/process_down#1',
      commonLabels: { zone: 'a', service: 'ailife', alertname: 'process_down', severity: 'critical' },
      externalURL: 'http://localhost:3000/admin/dashboard',
      alerts: [{ status: 'firing', startsAt: '2026-03-11T06:29:50.000Z', endsAt: '0001-01-01T00:00:00Z' }],
      yoban: { nid: 'ailife/process_down#1:x:1', state: 'open' },
    },
  });
  expect(repeat?.outcome).toBe('repeated');
  expect(recovery).toMatchObject({
    outcome: 'accepted',
    key: '%E5%A4%9C/down#1:hook:2',
    payload: { status: 'resolved', alerts: [{ status: 'resolved', endsAt: '2026-03-11T06:30:00.000Z' }] },
  });
  expect(fake.requests()[0]?.headers.authorization).toBe('Bearer bearer');
  expect(await webhookChannel({ ...settings, secret: 'wrong' }).send(sampleMessage, limit())).toMatchObject({
    kind: 'refused',
  });
});

test('the signature of a webhook is the HMAC-SHA256 of time and body', () => {
  // printf '1773210600.{}' | openssl dgst -sha256 -hmac key
  expect(signature('key', '{}', 1_773_210_600_999)).toBe(
    't=1773210600,v1=07cf3bbd18576b8b04137deffa3691732aeac5c46b090d3714e6f2c21129a699',
  );
});
