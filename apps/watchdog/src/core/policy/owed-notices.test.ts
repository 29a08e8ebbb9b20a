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
  const elsewhere = [{ at: 100_000, event: { type: 'told_elsewhere', is: 'open' } as const }];
  expect(limits(play(policy, twice, 600, elsewhere)).map(({ at }) => at)).toEqual([10, 310]);
});

const pair = (mode: string) =>
  policyFrom(`
supervisor: {kind: none}
probes: {process: {type: supervisor, every: 5s}, page: {type: http, url: "http://127.0.0.1:1/", every: 5s}}
actions: {restart: {kind: exec, argv: [restart]}}
faults:
  down: {anyOf: [process], ladder: [{on: fault, do: [restart], verify: {probes: [process], within: 10s}}]}
  hang: {anyOf: [page], ladder: [{on: fault, do: [restart], verify: {probes: [page], within: 10s}}]}
budgets: {restarts: {counts: [restart], max: 1, window: 10m, onExhausted: {mode: ${mode}, notify: critical}}}
`);

test.each(['halt', 'wait'])(
  'W2: a second fault that meets the same full budget is told, too, and the limit is over with the last (%s)',
  (mode) => {
    const failing = (at: number) => [
      ...(at < 100_000 ? ['process'] : []),
      ...(at >= 50_000 && at < 200_000 ? ['page'] : []),
    ];
    const { effects } = play(pair(mode), { failing }, 400);
    const told = effects.flatMap(({ at, effect }) =>
      effect.do === 'tell' && effect.alertType === 'restart_limit'
        ? [`${Math.floor(at / 50_000) * 50} ${effect.kind} ${effect.fault}`]
        : [],
    );
    expect(told).toEqual(['0 raise down', '50 raise hang', '200 clear down', '200 clear hang']);
  },
);

test('W2: a fault that comes again within the window is told of its limit once more, when the cooldown allows', () => {
  const short = policyFrom(`
supervisor: {kind: none}
probes: {page: {type: http, url: "http://127.0.0.1:1/", every: 5s}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {hang: {anyOf: [page], cooldown: 30s, ladder: [{on: fault, do: [restart], verify: {probes: [page], within: 10s}}]}}
budgets: {restarts: {counts: [restart], max: 1, window: 10m, onExhausted: {mode: halt, notify: critical}}}
`);
  const failing = (at: number) => (at < 60_000 || (at >= 120_000 && at < 200_000) ? ['page'] : []);
  const { words } = play(short, { failing }, 400);
  expect(words.filter((word) => word.includes('restart_limit'))).toEqual([
    ...['10 raise restart_limit', '65 clear restart_limit'],
    ...['120 raise restart_limit', '200 clear restart_limit'],
  ]);
});
