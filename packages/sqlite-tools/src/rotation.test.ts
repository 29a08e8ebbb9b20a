import { HOUR } from '@yoban/shared/contracts/time';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planRotation, type RotatedFile } from './rotation.ts';

const now = Date.UTC(2026, 2, 11);
const files = fc
  .array(fc.record({ ageMs: fc.integer({ min: 0, max: 72 * HOUR }), isGood: fc.boolean() }), { maxLength: 40 })
  .map((list) =>
    list
      .sort((a, b) => b.ageMs - a.ageMs)
      .map(
        ({ ageMs, isGood }, at): RotatedFile => ({
          id: `${at}`,
          seq: at,
          dueAtMs: now - ageMs,
          state: isGood ? 'good' : 'bad',
        }),
      ),
  );
const policy = fc.record({ keep: fc.integer({ min: 1, max: 10 }), keepForMs: fc.integer({ min: 0, max: 48 * HOUR }) });

test('B5: nothing younger than its period goes, the last good one never, and the newest `keep` good ones stay', () => {
  fc.assert(
    fc.property(files, policy, (list, rule) => {
      const plan = planRotation(list, rule, now);
      expect(plan).toHaveLength(list.length);
      const gone = plan.filter((decision) => !decision.keep).map((decision) => decision.file);
      expect(gone.every((file) => now - file.dueAtMs >= rule.keepForMs)).toBe(true);
      const stays = plan.filter((decision) => decision.keep && decision.file.state === 'good');
      const good = list.filter((file) => file.state === 'good');
      expect(stays.length).toBeGreaterThanOrEqual(Math.min(rule.keep, good.length));
      const newest = good.at(-1);
      if (newest) expect(plan.find((decision) => decision.file === newest)).toMatchObject({ reason: 'last-good' });
    }),
  );
});

test('B5: what is over count and over age goes', () => {
  fc.assert(
    fc.property(files, policy, (list, rule) => {
      const plan = planRotation(list, rule, now);
      const keptOld = plan.filter(
        (decision) => decision.keep && decision.file.state === 'good' && now - decision.file.dueAtMs >= rule.keepForMs,
      );
      expect(keptOld.length).toBeLessThanOrEqual(rule.keep);
    }),
  );
});

test('B5: eight three-hourly files fill a day; the ninth pushes the oldest out though its run ended later in the minute', () => {
  const list = Array.from({ length: 9 }, (_, at) => ({
    id: `${at}`,
    seq: at,
    dueAtMs: now - (8 - at) * 3 * HOUR,
    state: 'good' as const,
  }));
  const plan = planRotation(list, { keep: 8, keepForMs: 24 * HOUR }, now + 400);
  expect(plan.filter((decision) => !decision.keep).map((decision) => decision.file.id)).toEqual(['0']);
});

test('B5: ten manual runs in an hour push nothing out', () => {
  const day = Array.from({ length: 8 }, (_, at) => ({ at: now - (8 - at) * 3 * HOUR }));
  const hands = Array.from({ length: 10 }, (_, at) => ({ at: now - HOUR + at * 60_000 }));
  const list = [...day, ...hands].map(({ at }, seq) => ({ id: `${seq}`, seq, dueAtMs: at, state: 'good' as const }));
  const plan = planRotation(list, { keep: 8, keepForMs: 24 * HOUR }, now - 1);
  expect(plan.every((decision) => decision.keep)).toBe(true);
});
