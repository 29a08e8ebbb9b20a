import { type ErrorCode, errorCatalog } from '@yoban/shared/error-catalog';

/** The only exit codes of the command line. */
export const exitCodes = { fine: 0, foundProblem: 1, wrongUse: 2 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What was named cannot be worked with as it is: the command was refused with nothing changed. */
const badInput = new Set<ErrorCode>(['DB_NOT_FOUND', 'DB_NOT_SQLITE', 'DB_LOCKED', 'DB_UNSUPPORTED_FS', 'DISK_FULL']);

export const exitCodeOf = (code: ErrorCode): ExitCode =>
  badInput.has(code) ? exitCodes.wrongUse : errorCatalog[code].exit;
