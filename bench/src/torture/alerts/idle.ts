import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readSpool } from '../../../../apps/alerter/src/spool/read-spool.ts';
import type { Arena } from './arena.ts';

const run = promisify(execFile);

/** What falls due so soon is waited for: the end of a short window, the end of a silence. */
const soonMs = 5_000;
const countScript = `
local rows = 0
for _, key in ipairs(redis.call('KEYS', '{a}:due:*')) do rows = rows + redis.call('ZCARD', key) end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
return { rows, redis.call('ZCOUNT', '{a}:agenda', '-inf', string.format('%.0f', now + ${soonMs})) }`;

/** What the alerters have still to do, by kind; 0 of each is idle. The judge knows nothing of it: it only says how long to wait. */
export async function waitingIn({ producer, redis, spoolDir }: Arena): Promise<Record<string, number>> {
  const socket = redis.url.slice('unix://'.length);
  const counted = await run('redis-cli', ['-s', socket, 'eval', countScript, '0']);
  const [rows = 0, due = 0] = counted.stdout.trim().split('\n').map(Number);
  const jobs = await Promise.all(
    (['alertEvent', 'alertCommand'] as const).map(async (key) =>
      (await producer.queue(key)).getJobCountByTypes('waiting', 'prioritized', 'active', 'delayed'),
    ),
  );
  const events = jobs.reduce((sum, one) => sum + one, 0);
  return { events, spooled: readSpool(spoolDir).entries.size, rows, due };
}
