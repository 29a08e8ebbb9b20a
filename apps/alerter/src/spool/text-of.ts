import { readFileSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';

/** The text of a file of the spool; empty where it was removed since it was listed, or was never made. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return '';
    throw error;
  }
}
