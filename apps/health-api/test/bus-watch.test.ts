import { createServer, connect as dial, type Server } from 'node:net';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createStopStack } from '@yoban/shared/lifecycle';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, onTestFinished, test } from 'vitest';
import { watchBus } from '../src/state/bus-watch.ts';

/** A Redis that would lose data, watched over the path given, its own unless told. */
async function startWatch(pathOf: (socket: string) => Promise<string> = async (socket) => socket) {
  const redis = await startPrivateRedis({ appendonly: false });
  onTestFinished(() => redis.stop());
  const { log } = createTestLog();
  const stop = createStopStack(log);
  onTestFinished(() => stop.run());
  return watchBus({ path: await pathOf(parseRedisUrl(redis.url).path ?? '') }, log, stop);
}

/** Lets time pass without a turn for this process, as one that was stopped or did not come to run. */
const sleepThrough = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a process that had no time for longer than its limits does not call a healthy bus down', async () => {
  const watch = await startWatch();
  const contact = watch.firstContact();
  sleepThrough(2_500);
  await contact;
  expect(watch.state()).toBe('ok');
  const check = watch.check(Date.now());
  sleepThrough(4_500);
  await check;
  expect(watch.state()).toBe('unsafe');
});

test('O2: a look at the settings that fails is made again with the next check, not a minute later', async () => {
  const watch = await startWatch(refusingOnce);
  await waitFor('the connection', () => watch.state() === 'ok');
  await watch.check(Date.now());
  expect(watch.state()).toBe('down');
  await watch.check(Date.now());
  expect(watch.state()).toBe('unsafe');
});

/** A way to a Redis on which its first question about a setting is spoilt. */
async function refusingOnce(socket: string): Promise<string> {
  let spoilt = false;
  const server: Server = createServer((near) => {
    const far = dial(socket);
    near.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      const spoil = !spoilt && /config/i.test(text);
      spoilt ||= spoil;
      far.write(spoil ? text.replace(/\bGET\b/i, 'GOT') : text, 'latin1');
    });
    far.pipe(near);
    near.on('close', () => far.destroy());
    far.on('error', () => near.destroy());
    near.on('error', () => far.destroy());
  });
  const own = `${socket}.spoilt`;
  await new Promise<void>((resolve) => server.listen(own, resolve));
  onTestFinished(() => void server.close());
  return own;
}
