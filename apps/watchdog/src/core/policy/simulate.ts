import type { PolicyEffect } from './policy-effect.ts';
import type { FindingOf, PolicyEvent } from './policy-event.ts';
import type { ServicePolicy } from './policy-rules.ts';
import { initialPolicyState, type PolicyState } from './policy-state.ts';
import { nextDueAt, stepPolicy } from './step-policy.ts';

/** What a simulated service answers. Times are virtual, ms since the begin. */
export interface SimulatedWorld {
  look(probe: string, at: number): FindingOf & { tookMs: number };
  act(action: string, at: number): { ok: boolean; tookMs: number };
}

export interface Simulation {
  policy: ServicePolicy;
  world: SimulatedWorld;
  untilMs: number;
  events?: readonly { at: number; event: PolicyEvent }[];
  /** Virtual moment of the begin, epoch ms. */
  beginAt?: number;
}

/** One line of what happened. `what` is an effect's or a decision's word. */
export interface SimulatedLine {
  at: number;
  what: string;
  fault: string | null;
  detail: string;
}

export interface Simulated {
  lines: SimulatedLine[];
  effects: { at: number; effect: PolicyEffect }[];
  state: PolicyState;
}

/** More steps than any real timeline has: a circle in virtual time must end. */
const stepsMax = 500_000;

/** Plays a service through the real engine on virtual time. Pure: nothing is looked at and nothing is run. */
export function simulatePolicy({ policy, world, untilMs, events = [], beginAt = 0 }: Simulation): Simulated {
  const queue = events.map(({ at, event }) => ({ at: beginAt + at, event }));
  let state = initialPolicyState(policy, beginAt);
  let now = beginAt;
  const out: Simulated = { lines: [], effects: [], state };
  const handle = (event: PolicyEvent) => {
    const step = stepPolicy(state, event, policy, now);
    state = step.state;
    for (const { fault, reason, detail } of step.decisions)
      out.lines.push({ at: now - beginAt, what: reason, fault, detail });
    for (const effect of step.effects) {
      out.effects.push({ at: now - beginAt, effect });
      if (effect.do === 'tell')
        out.lines.push({ at: now - beginAt, what: effect.kind, fault: effect.fault, detail: effect.alertType });
      const answer = answerOf(effect, policy, world, now - beginAt);
      if (answer) queue.push({ at: now + answer.tookMs, event: answer.event });
    }
  };
  handle({ type: 'timer' });
  for (let steps = 0; steps < stepsMax; steps += 1) {
    const first = queue.reduce((best, one, index) => (one.at < (queue[best]?.at ?? Infinity) ? index : best), 0);
    const next = queue[first];
    const dueAt = nextDueAt(state) ?? Infinity;
    const at = Math.min(next?.at ?? Infinity, dueAt);
    if (at > beginAt + untilMs) break;
    now = Math.max(now, at);
    if (next && next.at <= dueAt) handle(queue.splice(first, 1)[0]?.event ?? { type: 'timer' });
    else handle({ type: 'timer' });
  }
  return { ...out, state };
}

function answerOf(
  effect: PolicyEffect,
  policy: ServicePolicy,
  world: SimulatedWorld,
  at: number,
): { tookMs: number; event: PolicyEvent } | null {
  switch (effect.do) {
    case 'look': {
      const { tookMs, ...finding } = world.look(effect.probe, at);
      return { tookMs, event: { type: 'finding', probe: effect.probe, finding } };
    }
    case 'evidence':
      return { tookMs: 0, event: { type: 'evidence_ended', incidentId: effect.incidentId } };
    case 'run': {
      const { ok, tookMs } = actionOf(effect.action, policy, world, at);
      const outcome = ok ? 'ok' : 'failed';
      const ended = { attempt: effect.attempt, outcome, exitCode: ok ? 0 : 1, durationMs: tookMs, detail: '' } as const;
      return { tookMs, event: { type: 'action_ended', ...ended } };
    }
    default:
      return null;
  }
}

/** A wait waits and a probe looks; everything else is the world's to answer. */
function actionOf(name: string, policy: ServicePolicy, world: SimulatedWorld, at: number) {
  const config = policy.actions[name];
  if (config?.kind === 'wait') return { ok: true, tookMs: config.for };
  if (config?.kind === 'probe') {
    const { passes, unknown, tookMs } = world.look(config.probe, at);
    return { ok: passes && !unknown, tookMs };
  }
  const delayMs = config?.kind === 'supervisor' ? config.delayBefore : 0;
  const { ok, tookMs } = world.act(name, at + delayMs);
  return { ok, tookMs: tookMs + delayMs };
}
