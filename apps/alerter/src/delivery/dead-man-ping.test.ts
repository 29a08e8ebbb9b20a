import { createStopStack } from '@yoban/shared/lifecycle';
import { createFakeClock } from '@yoban/shared/testing/fake-clock';
import { startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, onTestFinished, test } from 'vitest';
import { startDeadManPing } from './dead-man-ping.ts';
import { createPulse } from './pulse.ts';

const everyMs = 20;

async function start() {
  const fake = await startLoopbackHttp({ answer: () => ({ status: 200, body: 'OK' }) });
  const { log, lines } = createTestLog();
  const stop = createStopStack(log);
  const clock = createFakeClock(0);
  const pulse = createPulse(['agenda', 'slack'], clock.now);
  onTestFinished(async () => {
    await stop.run();
    await fake.stop();
  });
  const url = `${fake.url}/ping/secret-of-the-check`;
  return { fake, lines, stop, clock, pulse, run: () => startDeadManPing({ url, everyMs }, pulse, log, stop) };
}
const events = (lines: Record<string, unknown>[]) => lines.map((line) => line.event);

test('A5: it pings while every part gets through, and not while one is stuck', async () => {
  const { fake, lines, clock, pulse, run } = await start();
  run();
  await waitFor('some pings', () => fake.requests().length >= 3);
  expect(fake.requests()[0]).toMatchObject({ method: 'GET', path: '/ping/secret-of-the-check' });

  clock.advance(30_001);
  pulse.beat('agenda');
  await waitFor('the silence', () => events(lines).includes('deadman.withheld'));
  expect(lines.find((line) => line.event === 'deadman.withheld')).toMatchObject({ stuck: ['slack'] });
  const before = fake.requests().length;
  const looks = performance.now() + 10 * everyMs;
  await waitFor('more looks', () => performance.now() > looks);
  expect(fake.requests().length - before).toBeLessThanOrEqual(1);

  pulse.beat('slack');
  await waitFor('the next ping', () => fake.requests().length > before + 1);
});

test('a check that refuses or is away is said once, without its address', async () => {
  const { fake, lines, run } = await start();
  fake.script([{ do: 'reply', status: 404, times: 3 }]);
  run();
  await waitFor('a ping that is taken', () => events(lines).includes('deadman.pinged'));
  await fake.stop();
  await waitFor('its absence', () => lines.some((line) => line.reason === 'ECONNREFUSED'));
  expect(events(lines)).toEqual(['deadman.failed', 'deadman.pinged', 'deadman.failed']);
  expect(JSON.stringify(lines)).toContain('http_404');
  expect(JSON.stringify(lines)).not.toContain('secret-of-the-check');
  expect(JSON.stringify(lines)).not.toContain(new URL(fake.url).host);
});
