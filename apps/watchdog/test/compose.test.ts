import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { askEngine } from '@yoban/host-tools/engine/ask-engine';
import type { FakeContainer } from '@yoban/shared/testing/fake-containers';
import { type FakeEngine, startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createKitAround, type KitAround } from './kit-around.ts';

// A container of somebody else's, watched through an engine.
const temp = makeTempDir();
const server = createServer((_, response) => response.end('ok'));
let engine: FakeEngine;
let shop: FakeContainer;
let kit: KitAround;
let watchdog: WatchdogService;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  const labels = { 'com.docker.compose.service': 'web', 'com.docker.compose.project': 'shop' };
  const policy = { name: 'on-failure', tries: 3 };
  shop = engine.add({ name: 'shop-web-1', labels, policy, memoryBytes: 200 * 1_048_576 });
  kit = await createKitAround(temp.dir, {
    supervisor: `{kind: compose, service: web, host: "${engine.url}"}`,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{ graceMs: 5_000, timeoutMs: 10_000 },
  });
  watchdog = kit.watchdog();
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
  await engine.stop();
  server.close();
  temp.remove();
});

const seen = () => kit.ear.last('process');
const told = (count: number) => waitFor(`${count} messages`, () => kit.ear.alerts.length >= count);
const settle = async () => {
  await waitFor('it to be up', () => seen()?.state === 'up' && kit.ear.last('liveness')?.state === 'up');
  kit.ear.alerts.length = 0;
};

test('a container shows as a process, with the memory of its own and its own limit', async () => {
  await settle();
  await waitFor('its memory', () => seen()?.memoryMb === 50);
  await waitFor('its limit', () => seen()?.memoryLimitMb === 200);
  expect(seen()).toMatchObject({ pid: shop.pid, supervisor: 'compose', restartCount: 0 });
});

test('a crash that the engine mends is one INFO, counted as the engine counts', async () => {
  await settle();
  const ownTime = startOwnTime();
  engine.crash(shop);
  await waitFor('the new process', () => seen()?.pid === shop.pid);
  expect(ownTime()).toBeLessThan(1_000);
  await told(1);
  expect(kit.ear.told()).toEqual(['info process_restarted']);
  expect(kit.ear.alerts[0]?.params).toMatchObject({ supervisor: 'compose', supervisorToo: false, restarts: 1 });
  await waitFor('the count', () => seen()?.restartCount === 1);
});

test('an engine that is away for a while is no fault of the container', async () => {
  await settle();
  engine.script([{ do: 'outage' }]);
  await waitFor('it to be out of sight', () => seen()?.memoryMb === null);
  engine.script([]);
  await waitFor('it again', () => seen()?.memoryMb === 50);
  expect(seen()).toMatchObject({ state: 'up', pid: shop.pid });
  expect(kit.ear.told()).toEqual([]);
});

test('an engine that gives up is told at once as CRITICAL, and a start by hand clears it', async () => {
  await settle();
  shop.broken = true;
  const ownTime = startOwnTime();
  engine.crash(shop);
  await told(1);
  expect(ownTime()).toBeLessThan(4_000);
  expect(kit.ear.alerts[0]).toMatchObject({
    ...{ kind: 'raise', level: 'critical', alertType: 'process_down' },
    params: { exhausted: true, restarts: 3, restartLimit: 3, supervisor: 'compose' },
  });
  shop.broken = false;
  // As `docker start` does it.
  const start = { method: 'POST', path: `/containers/${shop.id}/start`, timeoutMs: 5_000 } as const;
  expect(await askEngine({ socketPath: engine.socketPath }, start)).toMatchObject({ status: 204 });
  await told(2);
  expect(kit.ear.told()).toEqual(['raise process_down', 'clear process_down']);
});
