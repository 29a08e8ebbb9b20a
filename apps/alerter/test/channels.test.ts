import { consume } from '@yoban/shared/bus/consumer';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { createStopStack } from '@yoban/shared/lifecycle';
import { startFakeLine } from '@yoban/shared/testing/fake-line';
import { startFakeSendgrid } from '@yoban/shared/testing/fake-sendgrid';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChannelSettings } from '../src/channels/registry.ts';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';

let bench: AlerterBench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

const common = (name: string) => ({
  name,
  style: { locale: 'en' as const, zone: 'Asia/Tokyo', displayNames: {} },
  fallback: null,
  perSecond: null,
});
const lineAt = (endpoint: string): ChannelSettings => ({
  ...common('line'),
  kind: 'line',
  token: 't',
  to: `U${'0'.repeat(32)}`,
  endpoint,
});
const routed = (names: string[]) => ({ ...bench.config.rules, routes: { critical: names, warning: [], info: [] } });

test('A5: a try without an answer is made again: with the same key and words where the receiver knows it, saying so where not', async () => {
  const line = await startFakeLine({ script: [{ do: 'reset-after-accept' }] });
  const sendgrid = await startFakeSendgrid({ script: [{ do: 'reset-after-accept' }] });
  const mail: ChannelSettings = {
    ...common('mail'),
    style: { locale: 'ja', zone: 'Europe/Berlin', displayNames: {} },
    kind: 'sendgrid',
    key: 'k',
    from: 'a@b.test',
    to: 'c@d.test',
    endpoint: sendgrid.url,
  };
  const stop = await bench.startAlerter({
    channels: [lineAt(line.url), mail],
    rules: routed(['line', 'mail']),
  });
  await bench.send({ id: 'keyed-1', alertType: 'database_corrupt', params: { db: 'game', detail: 'x' } });
  await waitFor('two tries each', () => line.pushes().length === 2 && sendgrid.mails().length === 2);

  const [push, repeat] = line.pushes();
  expect([push?.outcome, repeat?.outcome]).toEqual(['accepted', 'repeated']);
  expect(repeat?.text).toBe(push?.text);
  const [first, again] = sendgrid.mails();
  expect(again?.headers['Message-ID']).toBe(first?.headers['Message-ID']);
  expect(first?.text).not.toContain('再送');
  expect(again?.text).toContain('（再送のため、重複している可能性があります）');
  // Each channel in its own language and zone.
  expect(push?.text).toMatch(/Database game is damaged[\s\S]*JST/);
  expect(first?.text).toMatch(/データベース game が破損しています[\s\S]*Time: .* (CET|CEST|GMT\+[12])/);
  await stop.run();
  await Promise.all([line.stop(), sendgrid.stop()]);
});

test('A6: a used up month of a channel is an alert of the kit', async () => {
  const line = await startFakeLine({ quota: 200, used: 200 });
  const stop = createStopStack(createTestLog().log);
  const records: AlertRecord[] = [];
  consume({
    queue: 'fact',
    redis: bench.config.redis,
    log: createTestLog().log,
    stop,
    handle: async (fact) => {
      // One record by itself, or several that changed at once.
      const alerts = fact.type === 'alerts' ? fact.alerts : fact.type === 'alert' ? [fact] : [];
      records.push(...alerts.map(({ alert }) => alert));
    },
  });
  const alerter = await bench.startAlerter({ channels: [lineAt(line.url)], rules: routed(['line']) });
  await bench.send({ id: 'quota-1', alertType: 'health_unreachable' });
  const told = await waitFor('the alert about the channel', () =>
    records.find((record) => record.alertType === 'channel_quota'),
  );
  expect(told).toMatchObject({ service: 'ailife', level: 'warning', params: { channel: 'line', exhausted: true } });
  expect(bench.lines.filter((one) => one.event === 'channel.quota_exhausted')).toHaveLength(1);
  expect(line.pushes()).toEqual([]);
  await alerter.run();
  await stop.run();
  await line.stop();
});
