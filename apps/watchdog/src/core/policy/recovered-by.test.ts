import { expect, test } from 'vitest';
import { play, policyFrom } from '../../../test/play-policy.ts';
import type { PolicyEvent } from './policy-event.ts';

const policyOf = (verify: string) =>
  policyFrom(`
supervisor: {kind: none}
probes: {page: {type: http, url: "http://127.0.0.1:1/", every: 5s}}
actions: {restart: {kind: exec, argv: [restart]}}
faults: {hang: {anyOf: [page], ladder: [{on: fault, do: [restart]${verify}}, {on: prev_unverified, notify: critical, halt: true}]}}
budgets: {restarts: {counts: [restart], max: 1, window: 10m, onExhausted: {mode: halt, notify: critical}}}
kick: {token: {env: KICK}, allow: [restart]}
`);
const proven = policyOf(', verify: {probes: [page], within: 10s}');
const unproven = policyOf('');

/** The page fails for so long, ms; \`acts\` = until the first action. */
function endedBy(policy: typeof proven, lasts: number | 'acts', events: { at: number; event: PolicyEvent }[] = []) {
  let acted = false;
  const { effects } = play(
    policy,
    {
      failing: (at) => ((lasts === 'acts' ? !acted : at < lasts) ? ['page'] : []),
      act: () => {
        acted = true;
        return true;
      },
    },
    900,
    events,
  );
  return effects.flatMap(({ effect }) =>
    effect.do === 'incident' && effect.change === 'closed' ? [effect.recoveredBy] : [],
  );
}

test('W2: yoban has ended what a proof shows, or what passes at the first look after a step that has none', () => {
  expect(endedBy(proven, 'acts')).toEqual(['yoban']);
  expect(endedBy(unproven, 'acts')).toEqual(['yoban']);
});

test('W2: an action that ended well and mended nothing ends no fault: it came back by itself', () => {
  expect(endedBy(proven, 200_000)).toEqual(['by-itself']);
  expect(endedBy(unproven, 200_000)).toEqual(['by-itself']);
});

test('W6: what passes after somebody acknowledged or kicked it was ended by the operator', () => {
  const ack = { at: 100_000, event: { type: 'ack', fault: 'hang' } as const };
  const kick = { at: 700_000, event: { type: 'kick', id: 'a', action: 'restart', source: 'cli' } as const };
  expect(endedBy(proven, 200_000, [ack])).toEqual(['operator']);
  expect(endedBy(proven, 701_000, [kick])).toEqual(['operator']);
});
