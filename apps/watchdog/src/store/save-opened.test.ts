import { Incident, type IncidentInput } from '@yoban/shared/contracts/incident';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { expect, onTestFinished, test } from 'vitest';
import { findIncident } from './incident-rows.ts';
import { saveOpened } from './save-opened.ts';
import { openWatchStore } from './watch-store.ts';

const t0 = Date.parse('2026-03-11T06:30:00.000Z');

function openStore() {
  const temp = makeTempDir();
  const { db, close } = openWatchStore(`${temp.dir}/watchdog.sqlite`);
  onTestFinished(() => {
    close();
    temp.remove();
  });
  const open = (id: string, afterS: number, change: Partial<IncidentInput> = {}) => {
    const incident = Incident.parse({
      ...{ id, service: 'gateway', fault: id, cause: 'x', lastError: null, alertedAt: null, recoveredBy: null },
      ...{ detectedAt: isoTime(t0 + afterS * SECOND), recoveredAt: null },
      ...change,
    });
    saveOpened(db, incident, t0 + afterS * SECOND);
  };
  const kinship = (id: string) => {
    const { parentId, childIds } = findIncident(db, id) ?? {};
    return [parentId, childIds];
  };
  return { open, kinship };
}

test('faults of a service that come together are one outage: the first explains the others', () => {
  const { open, kinship } = openStore();
  open('process_down', 0);
  open('hang', 20);
  open('database', 60);
  expect(kinship('process_down')).toEqual([null, ['hang', 'database']]);
  expect(kinship('hang')).toEqual(['process_down', []]);
  expect(kinship('database')).toEqual(['process_down', []]);
});

test('what has nothing to do with it stays by itself: later, of another service, over, a warning', () => {
  const { open, kinship } = openStore();
  open('disk', 0, { severity: 'warning' });
  open('over', 1, { recoveredAt: isoTime(t0 + 2 * SECOND), recoveredBy: 'yoban' });
  open('down', 10);
  open('elsewhere', 11, { service: 'other' });
  open('memory', 12, { severity: 'warning' });
  open('later', 71);
  for (const id of ['disk', 'down', 'elsewhere', 'memory', 'later']) expect(kinship(id), id).toEqual([null, []]);
});

test('one that is told again keeps its place', () => {
  const { open, kinship } = openStore();
  open('down', 0);
  open('hang', 5);
  open('down', 0);
  expect(kinship('down')).toEqual([null, ['hang']]);
});
