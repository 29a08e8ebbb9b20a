import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChaosCase, type ChaosHalf, neverMs, type Stage } from '../chaos-case.ts';
import type { Switches } from '../switches.ts';

const everywhere = ['command', 'pm2', 'systemd-user', 'compose'] as const;
/** Longer than any bad streak could take to be acted on. */
const longEnoughMs = 12_000;

/** How things were is kept before anything is done. */
function expectEvidence({ actions, evidence }: Stage): void {
  const [first] = actions();
  const kept = evidence().filter(({ at, folder }) => first && at <= first.at && readdirSync(folder).length > 0);
  if (kept.length === 0) throw new Error('no evidence was kept before the first action');
}

/** Another process answers after one action, before which evidence was kept. */
const restartedOnce = (what: string, begin: (stage: Stage) => unknown): ChaosHalf => ({
  what,
  run: async (stage) => {
    await begin(stage);
    await stage.back(stage.pid, neverMs);
    const begun = stage.actions();
    if (begun.length !== 1) throw new Error(`${begun.length} actions instead of one`);
    expectEvidence(stage);
  },
});

const leftAlone = (what: string, begin: (stage: Stage) => unknown, switches: Partial<Switches> = {}): ChaosHalf => ({
  what,
  switches,
  run: async (stage) => {
    await begin(stage);
    await stage.untouched(longEnoughMs);
    return null;
  },
});

const nothing = () => undefined;

export const hang: ChaosCase[] = [
  {
    ...{ n: '3', on: everywhere, boundMs: 15_000 },
    fault: restartedOnce('SIGSTOP: restarted once, evidence kept before', ({ pid }) => process.kill(pid, 'SIGSTOP')),
    twin: leftAlone('SIGSTOP for one second: left alone', async ({ pid }) => {
      process.kill(pid, 'SIGSTOP');
      await sleep(1_000);
      process.kill(pid, 'SIGCONT');
    }),
  },
  {
    ...{ n: '4', on: everywhere, boundMs: 30_000 },
    fault: restartedOnce('event loop busy for good: restarted once', ({ app }) => app.switch({ now: 'busy' })),
    twin: leftAlone('busy for 300 ms at each question: left alone', nothing, { spinMs: 300 }),
  },
  {
    ...{ n: '5', on: everywhere, boundMs: 20_000 },
    fault: restartedOnce('answers take 30 s: restarted', ({ app }) =>
      app.untilRestart({ slowMs: 30_000, slowTimes: 1_000 }),
    ),
    twin: leftAlone('answers take 1 s, within their limit: left alone', nothing, { slowMs: 1_000, slowTimes: 1_000 }),
  },
  {
    ...{ n: '6', on: everywhere, boundMs: 20_000 },
    fault: leftAlone('one answer takes 3 s: left alone', ({ app }) =>
      app.untilRestart({ slowMs: 3_000, slowTimes: 1 }),
    ),
    twin: restartedOnce('every answer takes 3 s: restarted', ({ app }) =>
      app.untilRestart({ slowMs: 3_000, slowTimes: 1_000 }),
    ),
  },
  ...(
    [
      ['7', 'unhealthy'],
      ['7b', 'html'],
      ['7c', 'missing-field'],
    ] as const
  ).map(([n, body]) => ({
    ...{ n, on: everywhere, boundMs: 20_000 },
    fault: restartedOnce(`200 with a wrong body (${body}): restarted`, ({ app }: Stage) => app.untilRestart({ body })),
    twin: leftAlone('200 with the right body: left alone', nothing),
  })),
  {
    ...{ n: '8', on: everywhere, boundMs: 20_000 },
    fault: restartedOnce('a redirect is no 200: restarted', ({ app }) => app.untilRestart({ body: 'redirect' })),
    twin: leftAlone('a 503 that the policy lists as good, with its JSON: left alone', nothing, { body: 'degraded' }),
    policy: (app) => ({
      probes: {
        proc: { type: 'supervisor', states: ['online'] },
        health: {
          ...{ type: 'http', url: `${app.url}/healthz`, status: [200, 503], fall: 2 },
          ...{ json: [{ path: '/status', in: ['healthy', 'degraded'] }], recheck: { times: 2, every: '1s' } },
        },
      },
    }),
  },
];
