import { Incident } from '@yoban/shared/contracts/incident';
import { expect, test } from 'vitest';
import { incidentFilterOf, incidentSearchOf, withIncident } from './incident-filter.ts';

test('the address keeps the filter, and what it does not know is not narrowed', () => {
  const filter = { state: 'ended', service: 'gateway' } as const;
  expect(incidentFilterOf(incidentSearchOf(filter))).toEqual(filter);
  expect(incidentFilterOf(new URLSearchParams('state=gone'))).toEqual({ state: 'all', service: '' });
  expect(incidentSearchOf({ state: 'all', service: '' }).toString()).toBe('');
});

test('a changed incident takes the place of its older self, never of a newer one', () => {
  const incident = (id: string, revision: number, note: string | null = null) =>
    Incident.parse({
      ...{ id, revision, note, service: 'a', fault: 'f', cause: 'x', lastError: null, recoveredBy: null },
      ...{ detectedAt: '2026-03-11T06:30:00.000Z', alertedAt: null, recoveredAt: null },
    });
  const period = { from: '2026-03-11T06:30:00.000Z', to: '2026-03-11T06:30:00.000Z' };
  const pages = [{ incidents: [incident('a', 2), incident('b', 5)], next: null, period, figures: [] }];
  const notes = (changed: Incident) =>
    withIncident(pages, changed).flatMap(({ incidents }) => incidents.map(({ id, note }) => `${id} ${note}`));
  expect(notes(incident('a', 3, 'new'))).toEqual(['a new', 'b null']);
  expect(notes(incident('b', 4, 'late'))).toEqual(['a null', 'b null']);
  expect(notes(incident('c', 1, 'elsewhere'))).toEqual(['a null', 'b null']);
});
