import { OpsError } from '@yoban/shared/errors';
import type { Words } from './words/words.ts';

/** An argument that must be there. @throws OpsError USAGE */
export function needed(value: string | undefined, name: string, { usage }: Words): string {
  if (value !== undefined && value !== '') return value;
  throw new OpsError('USAGE', usage.argumentMissing(name), { hint: usage.seeHelp('yoban') });
}
