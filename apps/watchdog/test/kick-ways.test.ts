import { randomUUID } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer } from '@yoban/shared/bus/producer';
import { Incident } from '@yoban/shared/contracts/incident';
import type { Kick } from '@yoban/shared/contracts/kick';
import { isoTime } from '@yoban/shared/contracts/time';
import { pendingFacts } from '@yoban/shared/facts/fact-outbox';
import { kickSlotFile, leaveKick } from '@yoban/shared/kick/kick-slot';
import { createStopStack } from '@yoban/shared/lifecycle';
import { yobanPaths } from '@yoban/shared/paths';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { untilBusAnswers } from '@yoban/shared/testing/ready-producer';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startIncidentCommands } from '../src/incidents/start-incident-commands.ts';
import type { KickEvent } from '../src/kick/kick-desk.ts';
import { startKicks } from '../src/kick/start-kicks.ts';
import { findIncident, saveIncident } from '../src/store/incident-rows.ts';
import { openWatchStore } from '../src/store/watch-store.ts';

const token = 'the-token-of-this-test-is-long-enough';
let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(() => redis.stop());

/** The two ways in on a real Redis and a real store, with an engine that only notes what it is given. */
async function startWays() {
  const temp = makeTempDir();
  const { log } = createTestLog();
  const stop = createStopStack(log);
  const address = parseRedisUrl(redis.url);
  const store = openWatchStore(path.join(temp.dir, 'watchdog.sqlite'));
  const producer = createProducer(address, log);
  await untilBusAnswers(producer);
  const paths = yobanPaths(temp.dir);
  const sent: KickEvent[] = [];
  const kickers = [
    { service: 'gateway', tokens: [token], allow: ['restart_gateway'], sourcePattern: '^(cli|line:[A-Za-z0-9]+)$' },
  ];
  stop.push('store', () => store.close());
  stop.push('producer', () => producer.close());
  const send = (_service: string, event: KickEvent) => sent.push(event) > 0;
  const kicks = startKicks({ kickers, redis: address, paths, db: store.db, send, log, stop });
  onTestFinished(async () => {
    await stop.run();
    temp.remove();
  });
  const reasons = () =>
    store.db
      .prepare<[], string>("SELECT actor || ' ' || json_extract(details, '$.reason') FROM audit ORDER BY seq")
      .pluck()
      .all();
  return { address, log, stop, store, producer, paths, sent, kicks, reasons };
}
const kick = (change: Partial<Kick> = {}): Kick => ({
  id: randomUUID(),
  ...{ service: 'gateway', action: 'restart_gateway', source: 'cli', via: 'file', at: isoTime(Date.now()) },
  ...change,
});

test('W6: by the bus: the job stays until the engine has ended the kick, and the next one gets its turn', async () => {
  const { producer, sent, kicks } = await startWays();
  const [one, two] = [kick({ via: 'http' }), kick({ via: 'http' })];
  await producer.add('kick', one.id, one);
  await waitFor('the kick', () => sent.length === 1);
  const queue = await producer.queue('kick');
  expect(await queue.getActiveCount()).toBe(1);
  kicks.answered({ id: one.id, result: 'done' });
  await waitFor('the end of the job', async () => (await queue.getActiveCount()) === 0);
  await producer.add('kick', two.id, two);
  await waitFor('the next kick', () => sent.length === 2);
  expect(sent.map(({ id }) => id)).toEqual([one.id, two.id]);
  kicks.answered({ id: two.id, result: 'done' });
});

test('W6: by the slot: taken within its cycle and emptied; a wrong token, a torn file and a full slot do nothing but a row', async () => {
  const { paths, sent, kicks, reasons } = await startWays();
  const good = kick({ source: 'line:U1' });
  expect(leaveKick(paths.state, good, token)).toBe(true);
  await waitFor('the kick', () => sent.length === 1);
  expect(sent).toEqual([{ type: 'kick', id: good.id, action: 'restart_gateway', source: 'line:U1' }]);
  const taken = () => readdirSync(paths.state).every((name) => !name.startsWith('kick_request'));
  expect(taken()).toBe(true);
  leaveKick(paths.state, kick(), token);
  await waitFor('the second', taken);
  leaveKick(paths.state, kick(), 'another-token-that-is-long-enough-too');
  await waitFor('the third', taken);
  writeFileSync(kickSlotFile(paths.state), '{"kick":');
  await waitFor('the torn one', taken);
  await waitFor('four ends', () => reasons().length === 4);
  expect(reasons()).toEqual(['line:U1 given_to_engine', 'cli slot_taken', 'cli wrong_token', 'unknown unreadable']);
  expect(sent).toHaveLength(1);
  kicks.answered({ id: good.id, result: 'done' });
});

test('what people say of an incident is in it, told as a fact, and done once', async () => {
  const { address, log, stop, store, producer } = await startWays();
  const acked: string[] = [];
  const detectedAt = '2026-03-11T06:30:00.000Z';
  const incident = Incident.parse({
    ...{ id: 'i1', service: 'gateway', fault: 'gateway_down', detectedAt, cause: 'x' },
    ...{ alertedAt: null, recoveredAt: null, lastError: null, recoveredBy: null },
  });
  saveIncident(store.db, incident, Date.parse(detectedAt));
  const onAck = ({ id }: Incident) => acked.push(id);
  startIncidentCommands({ redis: address, db: store.db, log, stop, wake: () => {}, onAck });
  const head = () => ({ id: randomUUID(), incidentId: 'i1', actor: 'operator', at: '2026-03-11T06:31:00.000Z' });
  const ack = { do: 'ack', ...head() } as const;
  const note = { do: 'note', ...head(), note: ' the cable ' } as const;
  const wrong = { do: 'false-alarm', ...head(), falseAlarm: true } as const;
  for (const one of [ack, note, wrong]) await producer.add('incidentCommand', one.id, one);
  await waitFor('the three', () => findIncident(store.db, 'i1')?.revision === 4);
  // The bus brings it again, as after a kill between the doing and its acknowledgement.
  await producer.add('incidentCommand', randomUUID(), ack);
  await producer.add('incidentCommand', randomUUID(), { do: 'ack', ...head(), incidentId: 'none' });
  const results = () => store.db.prepare<[], string>('SELECT result FROM audit ORDER BY seq').pluck().all();
  await waitFor('the refused one', () => results().length === 4);
  expect(results()).toEqual(['ok', 'ok', 'ok', 'refused']);
  expect(findIncident(store.db, 'i1')).toMatchObject({
    ...{ revision: 4, ackedBy: 'operator', ackedAt: '2026-03-11T06:31:00.000Z', note: 'the cable', falseAlarm: true },
  });
  expect(acked).toEqual(['i1']);
  expect(pendingFacts(store.db, 10).map(({ id }) => id)).toEqual([
    ...['incident-i1-r1', 'incident-i1-r2', 'incident-i1-r3', 'incident-i1-r4'],
  ]);
});
