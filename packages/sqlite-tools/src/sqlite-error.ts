import type { ErrorCode } from '@yoban/shared/error-catalog';
import { hasErrno, OpsError } from '@yoban/shared/errors';

/** Primary result codes of SQLite (better-sqlite3 gives the extended names, which begin with these). */
const codes: readonly (readonly [prefix: string, code: ErrorCode, words: string])[] = [
  ['SQLITE_BUSY', 'DB_LOCKED', 'is locked by another process'],
  ['SQLITE_LOCKED', 'DB_LOCKED', 'is locked by another connection'],
  ['SQLITE_PROTOCOL', 'DB_LOCKED', 'has too many readers at once'],
  ['SQLITE_NOTADB', 'DB_NOT_SQLITE', 'is not a SQLite database'],
  ['SQLITE_CORRUPT', 'DB_CORRUPT', 'is damaged'],
  ['SQLITE_FULL', 'DISK_FULL', 'cannot grow: the disk is full'],
  ['SQLITE_CANTOPEN', 'DB_NOT_FOUND', 'cannot be opened'],
];

/** Turns an error of SQLite or of the file system about `file` into one for the operator; anything else passes unchanged. */
export function translateSqliteError(error: unknown, file: string): unknown {
  if (error instanceof OpsError || !(error instanceof Error)) return error;
  const fields = { file };
  if (hasErrno(error, 'ENOSPC', 'EDQUOT')) {
    return new OpsError('DISK_FULL', `no space left on the disk of ${file}`, { cause: error, fields });
  }
  if (hasErrno(error, 'ENOENT')) {
    return new OpsError('DB_NOT_FOUND', `${file} does not exist`, { cause: error, fields });
  }
  const name = 'code' in error ? String(error.code) : '';
  const [, code, words] = codes.find(([prefix]) => name.startsWith(prefix)) ?? [];
  return code ? new OpsError(code, `${file} ${words} (${name}: ${error.message})`, { cause: error, fields }) : error;
}
