import { rmSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createWatchedKit, type WatchedKit } from './watched-kit.ts';

let kit: WatchedKit;
let watchdog: WatchdogService;

beforeAll(async () => {
  kit = await createWatchedKit({ graceMs: 30_000, timeoutMs: 10_000 });
  await kit.app.start({ max_restarts: 1 });
  // Without its event socket pm2 tells nothing by itself: what remains is /proc, and asking on doubt.
  rmSync(path.join(kit.pm2.home, 'pub.sock'));
  watchdog = kit.watchdog();
  await watchdog.start();
});
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});

test("H7: pm2's silent give-up is noticed within 20 s, also when none of its events reaches us", async () => {
  const pid = await waitFor('the app', () => kit.ear.last('process')?.pid);
  await waitFor('its answer', () => kit.ear.last('liveness')?.state === 'up');
  const killedAt = Date.now();
  process.kill(pid, 'SIGKILL');
  await waitFor('the fall to be seen', () => kit.ear.last('process')?.state === 'down');
  await waitFor('the alert', () => kit.ear.alerts.length > 0);
  expect(Date.now() - killedAt).toBeLessThan(20_000);
  expect(kit.ear.alerts[0]).toMatchObject({ alertType: 'process_down', params: { exhausted: true, restartLimit: 1 } });
});
