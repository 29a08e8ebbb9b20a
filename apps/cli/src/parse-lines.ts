import { OpsError } from '@yoban/shared/errors';
import type { Words } from './words/words.ts';

const usual = 50;

/** `--lines`, 50 unless given. @throws OpsError USAGE */
export function parseLines(text: string | undefined, max: number, { usage }: Words): number {
  if (text === undefined) return usual;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new OpsError('USAGE', usage.badLines(text, max), { hint: usage.linesExample });
}
