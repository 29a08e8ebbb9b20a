import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { IntakeBody, intakeSocket } from '@yoban/shared/contracts/intake';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createKitAround, type KitAround } from './kit-around.ts';

let kit: KitAround;
let temp: ReturnType<typeof makeTempDir>;
let watchdog: WatchdogService;
let door: Server;
let atDoor: AlertEvent[];

beforeEach(async () => {
  temp = makeTempDir();
  kit = await createKitAround(temp.dir, {
    ...{ supervisor: '{kind: none}', url: 'http://127.0.0.1:9/', graceMs: 1_000, timeoutMs: 1_000 },
  });
  atDoor = [];
  door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      atDoor.push(...IntakeBody.parse(JSON.parse(Buffer.concat(chunks).toString())));
      response.end('{}');
    });
  });
  mkdirSync(path.join(kit.home, 'run'), { recursive: true });
  door.listen(path.join(kit.home, 'run', intakeSocket));
  await once(door, 'listening');
  watchdog = kit.watchdog({ busEveryMs: 200, busGraceMs: 2_500 });
  await watchdog.start();
});
afterEach(async () => {
  await watchdog.stop();
  door.close();
  await kit.close();
  temp.remove();
});
const busAlerts = (events: readonly AlertEvent[]) => events.filter((event) => event.alertType === 'bus_down');

test('A5: Redis down is a CRITICAL that needs no Redis, and its end is told', async () => {
  await waitFor('a first answer', () => kit.ear.checks.length > 0);
  await kit.redis.kill();
  await waitFor('the alert at the door', () => busAlerts(atDoor).length > 0, 30_000);
  expect(busAlerts(atDoor)).toMatchObject([{ kind: 'raise', level: 'critical', service: 'demo' }]);
  expect(busAlerts(atDoor)[0]?.params.forS).toBeGreaterThanOrEqual(3);
  await kit.redis.start();
  const clears = () => busAlerts([...atDoor, ...kit.ear.alerts]).filter((event) => event.kind === 'clear');
  await waitFor('its end', () => clears().length > 0, 30_000);
  expect(clears()).toHaveLength(1);
});

test('A5: a Redis that is stopped and keeps its connections is down too; a short stop is not told', async () => {
  await waitFor('a first answer', () => kit.ear.checks.length > 0);
  process.kill(kit.redis.pid, 'SIGSTOP');
  await waitFor('the alert at the door', () => busAlerts(atDoor).length > 0, 30_000);
  expect(busAlerts(atDoor)[0]?.params.detail).toBe('connected, but no answer');
  process.kill(kit.redis.pid, 'SIGCONT');
  await waitFor(
    'its end',
    () => busAlerts([...atDoor, ...kit.ear.alerts]).some((event) => event.kind === 'clear'),
    30_000,
  );
  process.kill(kit.redis.pid, 'SIGSTOP');
  process.kill(kit.redis.pid, 'SIGCONT');
  const looked = kit.ear.checks.length;
  await waitFor('a later look', () => kit.ear.checks.length > looked, 30_000);
  expect(busAlerts([...atDoor, ...kit.ear.alerts]).filter((event) => event.kind === 'raise')).toHaveLength(1);
});
