import { parseConfig } from '@yoban/shared/config/load-config';
import type { PolicyEvent } from '../src/core/policy/policy-event.ts';
import type { ServicePolicy } from '../src/core/policy/policy-rules.ts';
import { type SimulatedWorld, simulatePolicy } from '../src/core/policy/simulate.ts';

/** The policy of service `app` from the text of its section, with the defaults of a real file. */
export function policyFrom(section: string): ServicePolicy {
  const body = section
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
  const config = parseConfig(`version: 1\nservices:\n  app:\n${body}\n`, {}, 'test.yml');
  const service = config.services.app;
  if (!service) throw new Error('the text has no service');
  return { ...service, service: 'app' };
}

export interface PlayedWorld {
  /** Probes that fail at `at` (ms); all others pass. */
  failing: (at: number) => readonly string[];
  act?: (action: string, at: number) => boolean;
}

/** Plays it and gives the words of what was done and told, with the second: `0 act restart`, `60 raise fault_down`. */
export function play(
  policy: ServicePolicy,
  world: PlayedWorld,
  untilS: number,
  events: { at: number; event: PolicyEvent }[] = [],
) {
  const simulated: SimulatedWorld = {
    look: (probe, at) => ({ passes: !world.failing(at).includes(probe), unknown: false, detail: 'seen', tookMs: 0 }),
    act: (action, at) => ({ ok: world.act?.(action, at) ?? true, tookMs: 0 }),
  };
  const { effects, lines, state } = simulatePolicy({ policy, world: simulated, untilMs: untilS * 1_000, events });
  const words = effects.flatMap(({ at, effect }) => {
    const second = Math.round(at / 1_000);
    if (effect.do === 'run') return [`${second} act ${effect.action}`];
    if (effect.do === 'evidence') return [`${second} evidence ${effect.items.join(' ')}`];
    if (effect.do === 'would_run') return [`${second} would ${effect.actions.join(' ')}`];
    return effect.do === 'tell' ? [`${second} ${effect.kind} ${effect.alertType}`] : [];
  });
  return { words, lines, state, effects };
}
