import type { ChaosCase } from './chaos-case.ts';
import { usualPolicy } from './usual-policy.ts';

/** How fast a soak's clock runs, and the values of the guarded service that go with it. */
export interface SoakPace {
  /** From the begin of one fault to that of the next. */
  everyMs: number;
  count: number;
  /** Until when a fault must be over, and a false one is watched. */
  patienceMs: number;
  /** Longer than a look waits for its answer, and over before the next. */
  pauseMs: number;
  /** After so much silence people are told, and rightly, though nobody acts; null = nobody asks for that. */
  alarmAfterMs: number | null;
  policy: NonNullable<ChaosCase['policy']>;
}

/** A day has so many times ten minutes. */
export const dayFaults = 144;
const realEveryMs = 600_000;
const hourMs = 3_600_000;
const scaledEveryMs = 12_500;

/** Looks at the watchdog's memory from one fault to the next. */
const looksPerFault = 10;
export const lookEveryMs = (everyMs: number): number => everyMs / looksPerFault;

const restartsWithin = (windowMs: number, backoff: readonly string[]) => ({
  restarts: {
    ...{ counts: ['restart'], max: 3, window: `${windowMs}ms`, backoff },
    onExhausted: { mode: 'wait', notify: 'critical' },
  },
});

/** A look each 5 s, and budgets whose window holds as many faults as ten minutes do in reality. */
export const scaledPace = (count: number): SoakPace => ({
  ...{ everyMs: scaledEveryMs, count, patienceMs: 25_000, pauseMs: 2_500, alarmAfterMs: null },
  policy: () => ({ budgets: restartsWithin(scaledEveryMs, ['0s', '1s']) }),
});

/** Values as a preset has them: a look each 30 s with 10 s for an answer, three bad ones, 3 restarts in 10 minutes; and liveness, asked each second. */
export const realPace: SoakPace = {
  ...{ everyMs: realEveryMs, count: hourMs / realEveryMs, patienceMs: 180_000, pauseMs: 12_000, alarmAfterMs: 10_000 },
  policy: (app) => {
    const usual = usualPolicy(app);
    const probes = usual.probes as Record<'proc' | 'health', object>;
    const verify = { probes: ['proc', 'health'], within: '60s' };
    const ladder = [
      { on: 'fault', do: ['restart'], verify },
      { on: 'prev_unverified', notify: 'critical', halt: true },
    ];
    const faults = usual.faults as Record<'down' | 'unhealthy', object>;
    return {
      ...{ grace: '10s', health: { url: `${app.url}/healthz` }, probeDefaults: { every: '30s', timeout: '10s' } },
      probes: {
        ...probes,
        health: { ...probes.health, fall: 3, startPeriod: '15s', recheck: { times: 2, every: '5s' } },
      },
      faults: { down: { ...faults.down, ladder }, unhealthy: { ...faults.unhealthy, ladder } },
      budgets: restartsWithin(realEveryMs, ['0s', '10s', '30s']),
    };
  },
};
