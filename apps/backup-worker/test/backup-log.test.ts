import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { afterAll, expect, test } from 'vitest';
import { openBackupLog } from '../src/backup-log.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

test('a link that a guarded app left in its place is not followed, and said', () => {
  const logsDir = path.join(temp.dir, 'logs');
  const backup = path.join(temp.dir, 'a-backup');
  writeFileSync(backup, 'good');
  mkdirSync(logsDir);
  symlinkSync(backup, path.join(logsDir, 'backup.log'));
  const { log, lines } = createTestLog();
  openBackupLog(logsDir, log).write({
    ...{ id: '1', db: 'game', tier: 'hourly', trigger: 'schedule', state: 'failed', code: 'DISK_LOW' },
    ...{ message: 'no room', hint: 'make room', dueAt: '2026-01-01T00:00:00.000Z' },
    ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z' },
  });
  expect(readFileSync(backup, 'utf8')).toBe('good');
  expect(lines).toMatchObject([{ event: 'backup.log_failed' }]);
});
