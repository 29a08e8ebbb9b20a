import { expect, test } from 'vitest';
import { sampleIncidents } from '../../../test/sample-history.ts';
import { incidentFigures } from './incident-figures.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');

test('the figures count the open ones apart and take the median of the ended', () => {
  expect(incidentFigures(sampleIncidents('down', nowMs))).toEqual({
    open: 1,
    medianRecoveryMs: (41_000 + 6_200) / 2,
    withoutPersonPercent: 100,
  });
});

test('an incident that a person ended is not "without a person"', () => {
  const [first, ...rest] = sampleIncidents('healthy', nowMs);
  if (!first) throw new Error('the sample has no incident');
  expect(incidentFigures([{ ...first, recoveredBy: 'operator' }, ...rest]).withoutPersonPercent).toBe(50);
});

test('nothing is claimed of an empty list', () => {
  expect(incidentFigures([])).toEqual({ open: 0, medianRecoveryMs: null, withoutPersonPercent: null });
});
