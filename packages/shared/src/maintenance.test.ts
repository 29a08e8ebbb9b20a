import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  announceDeploy,
  announcedAt,
  announceMaintenance,
  deployAt,
  endDeploy,
  endMaintenance,
  maintenanceAt,
} from './maintenance.ts';
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

test('a deploy is announced beside maintenance, holds until its end, and ends by itself', () => {
  const { dir, remove } = makeTempDir();
  const times = { since: '2026-03-11T06:30:00.000Z', until: '2026-03-11T06:35:00.000Z' };
  announceDeploy(dir, { service: 'a', reason: 'deploy 1f3c9aa', actor: 'yoban', ...times });
  const [during, after] = [Date.parse('2026-03-11T06:34:00Z'), Date.parse('2026-03-11T06:36:00Z')];
  expect([maintenanceAt(dir, 'a', during), deployAt(dir, 'a', after), deployAt(dir, 'b', during)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(deployAt(dir, 'a', during)?.reason).toBe('deploy 1f3c9aa');
  expect(announcedAt(dir, 'a', during)?.reason).toBe('deploy 1f3c9aa');
  endDeploy(dir, 'a');
  expect(announcedAt(dir, 'a', during)).toBeNull();
  remove();
});
