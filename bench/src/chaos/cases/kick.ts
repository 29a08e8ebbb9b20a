import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '@yoban/shared/contracts/time';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { percentile } from '../../harness/stats.ts';
import type { ChaosCase, Stage } from '../chaos-case.ts';
import { kickToken } from '../kit.ts';

const right = { action: 'restart', source: 'line:U1', service: 'demo' };
const tries = 100;

const policy = () => ({
  kick: { token: { env: 'CHAOS_KICK_TOKEN' }, allow: ['restart'], sourcePattern: '^(cli|line:[A-Za-z0-9]+)$' },
});

/** Gives the ms to the answer. */
async function expectStatus(stage: Stage, expected: number, body: object, token = kickToken): Promise<number> {
  const begin = performance.now();
  const status = await stage.kit.kick(token, body);
  if (status !== expected) throw new Error(`${JSON.stringify(body)}: ${status} instead of ${expected}`);
  return performance.now() - begin;
}

/** A second of wrong kicks, evenly: all refused, and from some point on unread. Gives the ms to each answer. */
async function flood(stage: Stage): Promise<number[]> {
  const answers = Array.from({ length: tries }, async (_, n) => {
    await sleep((n * 1_000) / tries);
    const begin = performance.now();
    const status = await stage.kit.kick('wrong', { ...right, action: 'a;rm -rf /' });
    return { status, ms: performance.now() - begin };
  });
  const all = await Promise.all(answers);
  const seen = new Set(all.map(({ status }) => status));
  if (!seen.has(429) || [...seen].some((status) => status !== 401 && status !== 429))
    throw new Error(`the flood was answered with ${[...seen].join(', ')}`);
  return all.map(({ ms }) => ms);
}

async function inMaintenance<T>(stage: Stage, act: () => Promise<T>): Promise<T> {
  const run = `${stage.kit.home}/run`;
  const now = Date.now();
  announceMaintenance(run, {
    ...{ service: 'demo', reason: 'chaos', actor: 'chaos' },
    ...{ since: isoTime(now), until: isoTime(now + 60_000) },
  });
  const done = await act();
  endMaintenance(run, 'demo');
  return done;
}

/** W6: nobody gets an action by a wrong token, a wrong word or a flood. */
export const kick: ChaosCase[] = [
  {
    ...{ n: '25', on: ['command', 'pm2', 'systemd-user', 'compose'], boundMs: 1_000, policy },
    fault: {
      what: `kicks with a wrong token, source, action and word, in maintenance, and ${tries} wrong ones in a second: each refused, nothing is done; the time of 19 in 20 answers`,
      run: async (stage) => {
        const took = stage.startTook();
        const answersMs = [
          await inMaintenance(stage, () => expectStatus(stage, 409, right)),
          await expectStatus(stage, 400, { ...right, source: 'line' }),
          await expectStatus(stage, 403, { ...right, action: 'stop' }),
          await expectStatus(stage, 400, { ...right, more: 1 }),
          await expectStatus(stage, 401, right, 'a-token-that-is-not-the-right-one'),
          ...(await flood(stage)),
        ];
        const { tookMs: allMs, ownMs } = took();
        await stage.untouched(3_000);
        const tookMs = percentile(answersMs, 0.95);
        return { tookMs, ownMs: Math.max(0, tookMs - (allMs - ownMs)) };
      },
    },
    twin: {
      what: 'the right kick: one restart; the same again by its id: none',
      run: async (stage) => {
        const named = { ...right, id: '0b0e7f0a-9a52-4c1c-8f0c-2f3f6c1f0a11' };
        await expectStatus(stage, 202, named);
        await stage.back(stage.pid, 10_000);
        await waitFor('its end', () => stage.actions().every(({ ok }) => ok !== null), 20_000);
        await stage.kit.kick(kickToken, named);
        await stage.untouched(4_000);
        if (stage.actions().length !== 1) throw new Error(`${stage.actions().length} actions`);
      },
    },
  },
];
