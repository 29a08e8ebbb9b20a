import { OpsError } from '@yoban/shared/errors';

/** Before this, two processes that checkpoint one WAL can lose its reset and corrupt the database (fixed in 3.51.3). */
const oldest = [3, 51, 3] as const;

/** @throws OpsError SQLITE_TOO_OLD when `version` (as `sqlite_version()` gives it) is below 3.51.3. */
export function requireSqliteVersion(version: string): void {
  const parts = version.split('.').map(Number);
  for (const [at, least] of oldest.entries()) {
    const part = parts[at] ?? 0;
    if (part > least) return;
    if (part < least) throw new OpsError('SQLITE_TOO_OLD', `SQLite ${version} is older than ${oldest.join('.')}`);
  }
}
