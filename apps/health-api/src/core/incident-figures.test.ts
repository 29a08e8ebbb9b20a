import { Incident, type IncidentInput } from '@yoban/shared/contracts/incident';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { incidentFigures } from './incident-figures.ts';

const t0 = Date.parse('2026-03-11T06:30:00.000Z');
let count = 0;
/** Began, was detected and recovered so many seconds after t0; null: not known, or not yet. */
function incident(
  began: number | null,
  detected: number,
  recovered: number | null,
  change: Partial<IncidentInput> = {},
) {
  count += 1;
  const at = (s: number | null) => (s === null ? null : isoTime(t0 + s * SECOND));
  return Incident.parse({
    ...{ id: `i${count}`, service: 'ailife', fault: 'down', cause: 'x', lastError: null, alertedAt: null },
    ...{ beganAt: at(began), detectedAt: isoTime(t0 + detected * SECOND), recoveredAt: at(recovered) },
    recoveredBy: recovered === null ? null : 'yoban',
    ...change,
  });
}

test('nothing is claimed of no incidents', () => {
  expect(incidentFigures([])).toEqual([
    {
      ...{ service: null, incidents: 0, open: 0, falseAlarms: 0, falseAlarmPercent: null },
      detect: { known: 0, meanMs: null, medianMs: null },
      recover: { known: 0, meanMs: null, medianMs: null },
      ...{ ended: 0, automatic: 0, automaticPercent: null },
    },
  ]);
});

test('times to detect and to recover, with how many of them are known; who ended it', () => {
  const [all, ailife, gateway] = incidentFigures([
    incident(0, 2, 12),
    incident(0, 6, 36, { recoveredBy: 'supervisor' }),
    incident(null, 0, 5, { recoveredBy: 'by-itself' }),
    incident(0, 1, 901, { recoveredBy: 'operator' }),
    incident(0, 3, null, { service: 'gateway' }),
  ]);
  expect(all).toMatchObject({ service: null, incidents: 5, open: 1, ended: 4, automatic: 3, automaticPercent: 75 });
  expect(ailife).toMatchObject({ service: 'ailife', incidents: 4, open: 0 });
  expect(ailife?.detect).toEqual({ known: 3, meanMs: 3 * SECOND, medianMs: 2 * SECOND });
  expect(ailife?.recover).toEqual({ known: 4, meanMs: 236.25 * SECOND, medianMs: 20 * SECOND });
  expect(gateway).toMatchObject({ service: 'gateway', open: 1, automaticPercent: null });
});

test('a false alarm counts as one and in no time; what another incident explains is not counted twice', () => {
  const [all] = incidentFigures([
    incident(0, 2, 12),
    incident(0, 100, 1_000, { falseAlarm: true, recoveredBy: 'operator' }),
    incident(0, 50, 500, { parentId: 'i1' }),
    incident(0, 4, 24),
    incident(0, 6, null, { falseAlarm: true }),
  ]);
  expect(all).toMatchObject({ incidents: 4, falseAlarms: 2, falseAlarmPercent: 50, open: 0, automaticPercent: 100 });
  expect(all?.detect).toEqual({ known: 2, meanMs: 3 * SECOND, medianMs: 3 * SECOND });
});
