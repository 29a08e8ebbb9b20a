import type { Effect } from '../src/core/effect.ts';
import {
  type ProcessEvent,
  type ProcessPolicy,
  type ProcessState,
  type Running,
  stepProcess,
  unseenProcess,
} from '../src/core/process-fault.ts';

export const policy: ProcessPolicy = {
  service: 'ailife',
  supervisor: 'pm2',
  graceMs: 10_000,
  firstGraceMs: 60_000,
  minUptimeMs: 60_000,
  restartLimit: 10,
  hasLiveness: true,
};
export const process = (pid: number, startedAt: number): Running => ({ pid, startTicks: pid, startedAt, under: null });

/** Plays a timeline: each line is the second, the process there (or null), and whether it has answered by then. */
export function play(
  lines: [at: number, there: Running | null, answers: boolean, maintenance?: boolean][],
  from?: ProcessState,
) {
  let state = from ?? unseenProcess(0);
  const effects: Effect[] = [];
  for (const [second, there, answers, maintenance = false] of lines) {
    const now = second * 1_000;
    const event: ProcessEvent = {
      type: 'look',
      process: there,
      answeredAt: answers ? now : null,
      unasked: false,
      maintenance,
    };
    const next = stepProcess(state, event, policy, now);
    state = next.state;
    effects.push(...next.effects);
  }
  const told = effects.map((effect) => (effect.do === 'amend' ? 'amend' : `${effect.do} ${effect.alertType}`));
  return { state, effects, told };
}

export const [a, b, c] = [process(1, 0), process(2, 101_000), process(3, 130_000)];
export const up = play([[1, a, true]]).state;
