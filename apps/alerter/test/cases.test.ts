import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DecidedCommand } from '../src/core/decide-command.ts';
import { testRules } from './support/rules.ts';
import { createSimulation, type Simulation } from './support/simulation.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(() => redis.stop());

let world: Simulation;
beforeEach(async () => {
  world = await createSimulation(redis);
});
afterEach(() => world.close());

/** Heads of what reached a channel, such as `CRITICAL`. */
const heads = (channel: 'slack' | 'mail' | 'pager') =>
  world.receivers.at(channel).map(({ text }) => /^\[(\w+)\]/.exec(text)?.[1]);
const texts = (channel: 'slack' | 'mail') => world.receivers.at(channel).map(({ text }) => text);
const live = async (ms: number) => {
  await world.live(ms);
  await world.deliverDue();
};
const warning = (id: string, alertType = 'disk_low') => world.event({ id, level: 'warning', alertType });
const clear = (id: string, alertType = 'process_down') => world.event({ id, kind: 'clear', alertType });
const head = () => ({ id: crypto.randomUUID(), actor: 'operator', at: isoTime(world.clock.now()) });
const silence = (minutes: number): DecidedCommand => ({
  do: 'silence',
  ...head(),
  silence: {
    id: 's1',
    matchers: [{ name: 'service', value: 'ailife', isRegex: false, isEqual: true }],
    startsAt: isoTime(world.clock.now()),
    endsAt: isoTime(world.clock.now() + minutes * MINUTE),
    createdBy: 'operator',
    comment: 'a new disk',
  },
});

test('A4: 1000 identical CRITICAL within a minute are one message, one mail and one summary of 999', async () => {
  for (let n = 0; n < 1_000; n++) {
    await world.event({ id: `same-${n}` });
    world.clock.advance(50);
  }
  await world.settle();
  expect(world.arrivals.mail).toHaveLength(1);
  expect(texts('slack').map((text) => text.split('\n')[1])).toEqual([
    'Process is down and did not come back within 10 s.',
    '999 alerts suppressed',
  ]);
}, 60_000);

test('A4: fire, recover, fire, recover within 10 minutes: one CRITICAL, two recoveries, one summary of 1', async () => {
  for (const turn of [1, 2]) {
    await world.event({ id: `down-${turn}` });
    await live(2 * MINUTE);
    await clear(`up-${turn}`);
    await live(2 * MINUTE);
  }
  await live(15 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED', 'RECOVERED', 'INFO']);
  expect(texts('slack').at(-1)).toContain('1 alerts suppressed');
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED', 'RECOVERED']);
});

test('A4: with rearmOnRecovery each of them is told', async () => {
  world.close();
  world = await createSimulation(redis, testRules({ rearmOnRecovery: true }));
  for (const turn of [1, 2]) {
    await world.event({ id: `down-${turn}` });
    await live(2 * MINUTE);
    await clear(`up-${turn}`);
    await live(2 * MINUTE);
  }
  await live(15 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED', 'CRITICAL', 'RECOVERED']);
});

test('A1: a WARNING at 14:59.9 and one at 15:00.1 are in two digests, each at the end of its own bucket', async () => {
  world.clock.advance(15 * MINUTE - 100);
  await warning('w1');
  await live(200);
  await warning('w2');
  expect(world.arrivals.slack.map(({ at }) => isoTime(at).slice(14, 19))).toEqual(['45:00']);
  await live(15 * MINUTE);
  expect(world.arrivals.slack.map(({ at }) => isoTime(at).slice(14, 19))).toEqual(['45:00', '00:00']);
  expect(heads('slack')).toEqual(['WARNING', 'WARNING']);
  expect(heads('mail')).toEqual([]);
});

test('A4: a WARNING, then a CRITICAL of one type: told at once, listed once, one recovery', async () => {
  await warning('w1');
  await live(MINUTE);
  await world.event({ id: 'c1', alertType: 'disk_low' });
  await live(14 * MINUTE);
  await clear('over', 'disk_low');
  await live(30 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'WARNING', 'RECOVERED']);
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A4: a clear before its raise: both are told back to back, in order', async () => {
  const seen = isoTime(world.clock.now());
  world.clock.advance(SECOND);
  await clear('up');
  await world.event({ id: 'down', at: seen });
  await live(0);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED']);
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A5: one event id by the bus and by HTTP is one alert, whichever alerter has it', async () => {
  await world.event({ id: 'same' });
  await world.race([{ id: 'same' }, { id: 'same' }]);
  await live(20 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL']);
  expect(heads('mail')).toEqual(['CRITICAL']);
});

test('A5: SIGKILL, then the same alert again: it is counted, not told anew', async () => {
  world.dieAt('written');
  await world.event({ id: 'down-1' });
  world.run(1);
  await world.event({ id: 'down-2' });
  await live(15 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'INFO']);
  expect(heads('mail')).toEqual(['CRITICAL']);
});

test('A5: SIGKILL before and after a decision, then its recovery: it arrives behind the raise', async () => {
  world.dieAt('decided');
  await world.event({ id: 'down' });
  world.dieAt('written');
  await clear('up');
  world.run(2);
  await live(0);
  expect([heads('slack'), heads('mail')]).toEqual([
    ['CRITICAL', 'RECOVERED'],
    ['CRITICAL', 'RECOVERED'],
  ]);
});

test('A4: a clock that goes back an hour neither loses nor delays what waits', async () => {
  world.setMood('down');
  await world.event({ id: 'a' });
  await world.event({ id: 'b' });
  await world.deliverDue();
  world.clock.advance(-60 * MINUTE);
  world.setMood('ok');
  await world.deliverDue();
  await world.tick();
  await world.deliverDue();
  expect(heads('slack')).toEqual(['CRITICAL', 'INFO']);
  expect(heads('mail')).toEqual(['CRITICAL']);
});

test('H6: degraded comes in the digest of its bucket, unhealthy at once, [RECOVERED] at healthy', async () => {
  await world.event({
    id: 'degraded',
    level: 'warning',
    alertType: 'service_degraded',
    params: { reasons: 'llm_down' },
  });
  await live(3 * MINUTE);
  expect(heads('slack')).toEqual([]);
  await world.event({ id: 'unhealthy', alertType: 'service_unhealthy', params: { reasons: 'database_error' } });
  await live(12 * MINUTE);
  expect(texts('slack')[1]).toMatch(/^\[WARNING\] ailife\nService is degraded: llm_down\.\nTime: /);
  await clear('healthy-1', 'service_unhealthy');
  await clear('healthy-2', 'service_degraded');
  await live(0);
  expect(heads('slack')).toEqual(['CRITICAL', 'WARNING', 'RECOVERED', 'RECOVERED']);
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A1: digests of buckets in which nobody ran are one, sent at once', async () => {
  for (const [turn, minutes] of [20, 20, 20].entries()) {
    await warning(`w${turn}`);
    world.clock.advance(minutes * MINUTE);
  }
  await live(0);
  expect(heads('slack')).toEqual(['WARNING']);
  expect(texts('slack')[0]).toContain('3 times, first 06:30:00, last 07:10:00');
});

test('A7: 0, 5 and 15 minutes without an acknowledgement: each level is told, and all of them of the recovery', async () => {
  world.close();
  const escalation = [
    { afterMs: 0, channels: ['slack'] },
    { afterMs: 5 * MINUTE, channels: ['mail'] },
    { afterMs: 15 * MINUTE, channels: ['pager'] },
  ];
  world = await createSimulation(redis, testRules({ escalation }), ['slack', 'mail', 'pager']);
  await world.event({ id: 'down' });
  await live(5 * MINUTE - 1);
  expect([heads('slack'), heads('mail')]).toEqual([['CRITICAL'], []]);
  await live(10 * MINUTE + 1);
  expect([heads('mail'), heads('pager')]).toEqual([['CRITICAL'], ['CRITICAL']]);
  expect(texts('mail')[0]).toContain('Escalated: nobody has acknowledged it.');
  await clear('up');
  await live(0);
  expect([heads('slack'), heads('mail'), heads('pager')]).toEqual(Array(3).fill(['CRITICAL', 'RECOVERED']));
});

test('A7: acknowledged, nobody is told again until it lapses 4 h later; the recovery comes', async () => {
  world.close();
  const escalation = [{ afterMs: 5 * MINUTE, channels: ['pager'] }];
  world = await createSimulation(redis, testRules({ escalation }), ['slack', 'mail', 'pager']);
  await world.event({ id: 'down' });
  const alertId = `ailife/process_down#${world.clock.now()}`;
  expect(await world.command({ do: 'ack', ...head(), alertId, note: null })).toBe('acked');
  await live(4 * 60 * MINUTE - 1);
  expect([heads('slack'), heads('pager')]).toEqual([['CRITICAL'], []]);
  await live(5 * MINUTE + 1);
  expect([heads('slack'), heads('pager')]).toEqual([['CRITICAL', 'CRITICAL'], ['CRITICAL']]);
  await clear('up');
  await live(0);
  expect(heads('pager')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A7: a maintenance window: nothing is raised, what was announced recovers, what is still open is told at its end', async () => {
  await world.event({ id: 'old', alertType: 'backup_failed' });
  await live(0);
  await world.command(silence(60));
  await world.event({ id: 'down' });
  await warning('w');
  await clear('old-over', 'backup_failed');
  await live(59 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED']);
  await live(MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED', 'CRITICAL']);
  expect(texts('slack').at(-1)).toContain('The silence is over; still firing since');
  await live(15 * MINUTE);
  expect(heads('slack').at(-1)).toBe('WARNING');
});

test('A7: a silence that is taken back at once tells what it held back', async () => {
  await world.command(silence(60));
  await world.event({ id: 'down' });
  await live(MINUTE);
  expect(await world.command({ do: 'unsilence', ...head(), silenceId: 's1' })).toBe('unsilenced');
  await live(0);
  expect(heads('mail')).toEqual(['CRITICAL']);
});

test('A7: a dead process is one message; what is still wrong 90 s after it is back is a second one', async () => {
  await world.event({ id: 'down' });
  await world.event({ id: 'silent', alertType: 'health_unreachable' });
  await world.event({ id: 'unhealthy', alertType: 'service_unhealthy' });
  await live(MINUTE);
  await clear('up');
  await clear('healthy', 'service_unhealthy');
  await live(89 * SECOND);
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED']);
  await live(SECOND);
  expect(heads('mail')).toEqual(['CRITICAL', 'RECOVERED', 'CRITICAL']);
  expect(texts('mail').at(-1)).toContain('What explained it is over; still firing since');
});

test('A7: an alert with an end is over by itself, also when its source fell silent', async () => {
  const until = (minutes: number) => isoTime(world.clock.now() + minutes * MINUTE);
  const at = isoTime(world.clock.now());
  await world.event({ id: 'post-1', at, endsAt: until(4) });
  for (let minute = 0; minute < 30; minute++) {
    await live(MINUTE);
    await world.event({ id: `again-${minute}`, at, endsAt: until(4) });
  }
  expect(heads('slack')).toEqual(['CRITICAL']);
  await live(4 * MINUTE);
  expect(heads('slack')).toEqual(['CRITICAL', 'RECOVERED']);
});
