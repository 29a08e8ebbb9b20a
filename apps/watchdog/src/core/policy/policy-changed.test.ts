import { expect, test } from 'vitest';
import { play, policyFrom } from '../../../test/play-policy.ts';
import { stepPolicy } from './step-policy.ts';

const policyOf = (fault: string) =>
  policyFrom(`
supervisor: {kind: none}
probes: {unit: {type: tcp, port: 1, every: 5s}, viewers: {type: tcp, port: 2}}
actions: {restart: {kind: exec, argv: [restart]}}
faults:
  ${fault}:
    anyOf: [unit]
    ladder:
      - on: fault
        do: [restart]
        notify: critical
        verify: {probes: [unit], within: 10s}
        milestones: [{name: viewers_back, probes: [viewers], within: 30s}]
`);

test('a fault that was renamed while it stood is closed, told as over with its late phase, and begins under its new name', () => {
  const { state, words } = play(policyOf('down'), { failing: () => ['unit', 'viewers'] }, 60);
  expect(words).toEqual(['0 raise fault_down', '0 act restart', '30 raise phase_late', ...words.slice(3)]);
  const step = stepPolicy(state, { type: 'started' }, policyOf('gone'), 61_000);
  const ends = step.effects.flatMap((effect) => {
    if (effect.do === 'tell') return [`${effect.kind} ${effect.alertType}`];
    return effect.do === 'incident' && effect.change === 'closed'
      ? [`${effect.incidentId} by ${effect.recoveredBy}`]
      : [];
  });
  expect(ends).toEqual(['clear phase_late', 'clear fault_down', 'app-down-0 by operator', 'raise fault_gone']);
  expect(step.state.milestones).toEqual([]);
  expect(step.decisions).toContainEqual({ fault: 'down', reason: 'policy_changed', detail: expect.any(String) });
  expect(Object.keys(step.state.faults)).toEqual(['gone']);
  const again = stepPolicy(step.state, { type: 'started' }, policyOf('gone'), 62_000);
  expect(again.effects.filter(({ do: what }) => what === 'tell')).toEqual([]);
});
