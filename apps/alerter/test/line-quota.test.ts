import { startFakeLine } from '@yoban/shared/testing/fake-line';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChannelSettings } from '../src/channels/registry.ts';
import { type AlerterBench, startBench } from './support/alerter-bench.ts';
import { fakesOfTest } from './support/fakes-of-test.ts';

const fakeOf = fakesOfTest();
let bench: AlerterBench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

test("A5: LINE's month is used up between a raise and its recovery: the recovery goes to the fallback at once", async () => {
  const line = await fakeOf(startFakeLine({ quota: 1 }));
  const [slack, mail] = bench.config.channels;
  if (!slack || !mail) throw new Error('no channels');
  const settings: ChannelSettings = {
    ...{ name: 'line', kind: 'line', token: 't', to: `U${'0'.repeat(32)}`, endpoint: line.url },
    ...{ style: slack.style, fallback: 'mail', perSecond: null },
  };
  await bench.startAlerter({
    channels: [settings, mail],
    rules: { ...bench.config.rules, routes: { critical: ['line'], warning: [], info: [] } },
  });
  await bench.send({ id: 'down' });
  await waitFor('the raise on LINE', () => line.pushes().length === 1);
  const began = performance.now();
  await bench.send({ id: 'up', kind: 'clear' });
  await waitFor('the recovery by mail', () => bench.mailSubjects().length === 1, 30_000);
  // Nobody waits for 60 s where a month is over.
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(bench.mailSubjects()).toEqual(['[RECOVERED] AIPrizeCohabitationLife Process down']);
  expect(bench.smtp.mails()[0]?.text).toContain('LINE takes no more messages for now, so this comes here.');
  // Whoever stands in for LINE hears of the next one at once, and LINE is not asked in vain.
  const asked = line.tries().length;
  await bench.send({ id: 'other', alertType: 'database_corrupt', params: { db: 'game', detail: 'x' } });
  await waitFor('the next one by mail', () => bench.mailSubjects().length === 2, 30_000);
  expect(line.tries().length).toBe(asked);
});
