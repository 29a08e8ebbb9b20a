import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from './chaos-case.ts';

/** What a fault of the soak works on: the stage, the app's process now, and a pause that one look alone falls into, ms. */
export interface SoakAim {
  stage: Stage;
  pid: number;
  pauseMs: number;
}

export interface SoakFault {
  name: string;
  /** False: it only looks like one, and must be left alone. */
  real: boolean;
  begin: (aim: SoakAim) => unknown;
}

/** Each of them as often as the others. */
export const soakFaults: readonly SoakFault[] = [
  { name: 'killed', real: true, begin: ({ pid }) => process.kill(pid, 'SIGKILL') },
  { name: 'crash', real: true, begin: ({ stage }) => stage.app.switch({ now: 'crash' }) },
  { name: 'hang', real: true, begin: ({ pid }) => process.kill(pid, 'SIGSTOP') },
  { name: 'busy', real: true, begin: ({ stage }) => stage.app.switch({ now: 'busy' }) },
  { name: 'slow', real: true, begin: ({ stage }) => stage.app.untilRestart({ slowMs: 30_000, slowTimes: 1_000 }) },
  { name: 'wrong body', real: true, begin: ({ stage }) => stage.app.untilRestart({ body: 'unhealthy' }) },
  {
    name: 'slow once',
    real: false,
    begin: ({ stage, pauseMs }) => stage.app.untilRestart({ slowMs: pauseMs, slowTimes: 1 }),
  },
  {
    name: 'stopped for a moment',
    real: false,
    begin: async ({ pid, pauseMs }) => {
      process.kill(pid, 'SIGSTOP');
      await sleep(pauseMs);
      process.kill(pid, 'SIGCONT');
    },
  },
];

/** `count` of them: one full set after the other, each in an order of its own. */
export function dealFaults(count: number, random: () => number): SoakFault[] {
  const dealt: SoakFault[] = [];
  while (dealt.length < count) {
    const set = soakFaults.map((fault) => ({ fault, place: random() })).toSorted((a, b) => a.place - b.place);
    dealt.push(...set.map(({ fault }) => fault));
  }
  return dealt.slice(0, count);
}
