// needs: systemd-notify, perl
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SECOND } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { isAlive } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'apps/watchdog/src/main.ts');
const temp = makeTempDir();
const notifySocket = path.join(temp.dir, 'notify');
let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(async () => {
  await redis.stop();
  temp.remove();
});

/** What systemd is at the other end: a datagram socket. Node has none of this kind; Debian's own Perl has. */
const receiver = `use Socket; $| = 1; my $path = shift; socket(my $in, AF_UNIX, SOCK_DGRAM, 0) or die;
bind($in, pack_sockaddr_un($path)) or die $!; print "bound\\n";
while (defined recv($in, my $text, 4096, 0)) { print join("|", split(/\\n/, $text)), "\\n" if length $text }`;

function hear(child: ChildProcess): { at: number; text: string }[] {
  const heard: { at: number; text: string }[] = [];
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    // A barrier by which systemd-notify waits until it was heard says nothing of the service.
    for (const text of chunk.split('\n').filter((line) => line !== '' && line !== 'BARRIER=1'))
      heard.push({ at: performance.now(), text });
  });
  return heard;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

test('V6: the watchdog tells systemd when it is ready, that it lives, and nothing while it is stopped; at its end it says so', async () => {
  const socket = spawn('perl', ['-e', receiver, notifySocket], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void end(socket, 'SIGKILL'));
  const heard = hear(socket);
  await waitFor('the socket', () => heard.length === 1);
  const watchdog = spawn(process.execPath, ['--conditions=yoban-src', main], {
    env: {
      ...{
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        YOBAN_HOME: temp.dir,
        REDIS_URL: redis.url,
        PORT: '1',
      },
      ...{ NOTIFY_SOCKET: notifySocket, WATCHDOG_USEC: '900000' },
    },
    stdio: 'ignore',
  });
  onTestFinished(() => void end(watchdog, 'SIGKILL'));
  const beats = () => heard.filter(({ text }) => text.includes('WATCHDOG=1'));
  await waitFor('READY=1', () => heard.some(({ text }) => text.includes('READY=1')), 30 * SECOND);
  await waitFor('three beats', () => beats().length >= 3, 30 * SECOND);

  watchdog.kill('SIGSTOP');
  // One that was on its way may still come, until its helper has ended. Whom a stopped parent does not reap is a zombie.
  const children = `/proc/${watchdog.pid}/task/${watchdog.pid}/children`;
  const onTheirWay = () => (readFileSync(children, 'utf8').match(/\d+/g) ?? []).filter((pid) => isAlive(Number(pid)));
  await waitFor('what was on its way', () => onTheirWay().length === 0);
  const before = beats().length;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(beats().length).toBe(before);
  watchdog.kill('SIGCONT');
  await waitFor('a beat after it went on', () => beats().length > before, 10 * SECOND);

  expect(await end(watchdog, 'SIGTERM')).toBe(0);
  expect(heard.at(-1)?.text).toContain('STOPPING=1');
  expect(heard.filter(({ text }) => text.includes('READY=1'))).toHaveLength(1);
});
