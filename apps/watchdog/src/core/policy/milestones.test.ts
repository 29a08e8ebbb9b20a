import { expect, test } from 'vitest';
import { policyFrom } from '../../../test/play-policy.ts';
import { initialPolicyState, type PolicyState } from './policy-state.ts';
import { nextDueAt, stepPolicy } from './step-policy.ts';

const policy = policyFrom(`
supervisor: {kind: none}
probes: {unit: {type: tcp, port: 1}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {down: {anyOf: [unit], ladder: [{on: fault, do: [restart]}]}}
`);

test('S3: a phase whose probe was edited away is given up after an hour, and wakes nobody for ever', () => {
  const edited = {
    ...{ fault: 'down', incidentId: 'one', name: 'viewers_back', probes: ['gone'], beganAt: 0, until: 30_000 },
    ...{ late: false, askedAt: null, nextAt: 0 },
  };
  let state: PolicyState = { ...initialPolicyState(policy, 0), milestones: [edited] };
  const told: string[] = [];
  for (let at = 0; at <= 3_600_000; at = nextDueAt(state) ?? Infinity) {
    const step = stepPolicy(state, { type: 'timer' }, policy, at);
    told.push(...step.effects.flatMap((effect) => (effect.do === 'tell' ? [`${effect.kind} at ${at}`] : [])));
    state = step.state;
  }
  expect(told).toEqual(['raise at 30000', 'clear at 3600000']);
  expect(state.milestones).toEqual([]);
});
