import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { askOnce } from './ask-once.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords, unknown, type Verdict } from './verdict.ts';

/** A file is not too large and not too old (C2). One that is not there has no size, but it is no fresh file either. */
export function createFileProbe(config: ProbeConfigOf<'file'>, { baseDir, now }: ProbeAround): PolicyProbe {
  const file = path.resolve(baseDir, config.path);
  const ask = askOnce(() => sizeAndAge(file));
  const late = (limit: string) => unknown(`its disk did not answer within ${limit}`);
  return {
    look: framedLook({ timeoutMs: config.timeout, now, late }, async () => {
      const found = await ask();
      if (found === 'missing') return judgeMissing(config);
      if (typeof found === 'string') return unknown(found);
      return judge(config, found, now());
    }),
    close: () => undefined,
  };
}

type Limits = Pick<ProbeConfigOf<'file'>, 'maxSize' | 'maxAge'>;

async function sizeAndAge(file: string): Promise<{ size: number; mtimeMs: number } | string> {
  try {
    const found = await stat(file);
    return found.isFile() ? found : 'it is no file';
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 'missing';
    if (hasErrno(error, 'EACCES', 'EPERM')) return 'this user may not look at it';
    throw error;
  }
}

const judgeMissing = ({ maxSize, maxAge }: Limits): Verdict =>
  maxSize !== undefined && maxAge === undefined ? good('there is no such file') : bad('there is no such file');

const mb = (bytes: number): number => Math.round((bytes / 1_048_576) * 100) / 100;

function judge(
  { maxSize, maxAge }: Limits,
  { size, mtimeMs }: { size: number; mtimeMs: number },
  now: number,
): Verdict {
  const ageMs = Math.max(0, now - mtimeMs);
  const bySize = { value: mb(size), unit: 'MB' } as const;
  if (maxSize !== undefined && size >= maxSize) return bad(`${mb(size)} MB, at or over ${mb(maxSize)} MB`, bySize);
  if (maxAge === undefined) return good(`${mb(size)} MB`, bySize);
  const byAge = { value: Math.round(ageMs / 1_000), unit: 's' } as const;
  if (ageMs > maxAge) return bad(`last written ${inWords(ageMs)} ago, over ${inWords(maxAge)}`, byAge);
  return good(`last written ${inWords(ageMs)} ago`, byAge);
}
