import { expect, test } from 'vitest';
import { play, policyFrom } from '../../../test/play-policy.ts';

const policy = policyFrom(`
supervisor: {kind: none}
probes: {process: {type: supervisor, every: 5s}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {down: {anyOf: [process], cooldown: 5m, ladder: [{on: fault, do: [restart], verify: {probes: [process], within: 10s}}]}}
budgets: {restarts: {counts: [restart], max: 1, window: 1m, onExhausted: {mode: halt, notify: critical}}}
`);
/** Two faults, of which the second meets the limit again and owes the word of it until the cooldown is over. */
const twice = {
  failing: (at: number) => (at < 60_000 || (at >= 90_000 && at < 500_000) ? ['process'] : []),
};
const limits = ({ effects }: ReturnType<typeof play>) =>
  effects.flatMap(({ at, effect }) =>
    effect.do === 'tell' && effect.kind === 'raise' && effect.alertType === 'restart_limit'
      ? [{ at: at / 1_000, used: effect.params.used, max: effect.params.max }]
      : [],
  );

test('W5: a limit that is told when the cooldown is over says which one, as at once', () => {
  expect(limits(play(policy, twice, 600))).toEqual([
    { at: 10, used: 1, max: 1 },
    { at: 310, used: 1, max: 1 },
  ]);
});

test('W5: a limit that was owed is told though a built-in alert stands, which says only that something is wrong', () => {
  const elsewhere = [{ at: 100_000, event: { type: 'told_elsewhere', is: true } as const }];
  expect(limits(play(policy, twice, 600, elsewhere)).map(({ at }) => at)).toEqual([10, 310]);
});
