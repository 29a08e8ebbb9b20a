import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { announceMaintenance, endMaintenance, maintenanceAt } from './maintenance.ts';
import { makeTempDir } from './testing/temp-dir.ts';

test('maintenance holds until its end, and a broken file never silences a fault', () => {
  const { dir, remove } = makeTempDir();
  announceMaintenance(dir, {
    service: 'a',
    reason: 'restore',
    actor: 'operator',
    since: '2026-03-11T06:30:00.000Z',
    until: '2026-03-11T06:35:00.000Z',
  });
  expect(maintenanceAt(dir, 'a', Date.parse('2026-03-11T06:34:00Z'))?.reason).toBe('restore');
  expect(maintenanceAt(dir, 'a', Date.parse('2026-03-11T06:36:00Z'))).toBeNull();
  writeFileSync(path.join(dir, 'maintenance', 'a.json'), '{"half');
  expect(maintenanceAt(dir, 'a', 0)).toBeNull();
  endMaintenance(dir, 'a');
  endMaintenance(dir, 'a');
  remove();
});
