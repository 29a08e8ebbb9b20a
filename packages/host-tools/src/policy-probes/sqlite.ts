import { stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { lookIntoLive } from '@yoban/sqlite-tools/look-into-live';
import { askOnce } from './ask-once.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good, inWords, unknown, type Verdict } from './verdict.ts';

/**
 * A database in use is sound, not emptied, and still written. Each finds what the others cannot: SQLite calls an empty file
 * sound, a quick check passes over damaged indexes, and a lost log leaves a sound database that is merely old.
 */
export function createSqliteProbe(config: ProbeConfigOf<'sqlite'>, { baseDir, now }: ProbeAround): PolicyProbe {
  const file = path.resolve(baseDir, config.path);
  const facts = askOnce(() => factsOf(file));
  const late = (limit: string) => unknown(`its check was not over within ${limit}`);
  return {
    look: framedLook({ timeoutMs: config.timeout, now, late }, async (signal) => {
      // By stat alone: this process must not open the file (SQLite process rule 1).
      const outside = judgeOutside(config, await facts(), now());
      if (outside.is !== 'good') return outside;
      const question = { check: config.check, requiredTables: config.requireTables };
      const inside = await lookIntoLive(file, question, signal);
      if (inside.state === 'ok') return outside;
      return inside.state === 'bad' ? bad(inside.detail) : unknown(inside.detail);
    }),
    close: () => undefined,
  };
}

interface Facts {
  sizeBytes: number;
  /** Newest write of the file or its log, epoch ms. */
  writtenAt: number;
}

async function factsOf(file: string): Promise<Facts | 'missing' | 'forbidden'> {
  try {
    const { size, mtimeMs } = await stat(file);
    return { sizeBytes: size, writtenAt: Math.max(mtimeMs, await logWrittenAt(file)) };
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 'missing';
    if (hasErrno(error, 'EACCES', 'EPERM')) return 'forbidden';
    throw error;
  }
}

/** An empty log is no write: whoever only reads makes one, we too. */
async function logWrittenAt(file: string): Promise<number> {
  try {
    const { size, mtimeMs } = await stat(`${file}-wal`);
    return size > 0 ? mtimeMs : 0;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}

function judgeOutside(
  { minBytes, maxAge }: ProbeConfigOf<'sqlite'>,
  facts: Facts | 'missing' | 'forbidden',
  now: number,
): Verdict {
  if (facts === 'missing') return bad('there is no such file');
  if (facts === 'forbidden') return unknown('this user may not look at it');
  const { sizeBytes, writtenAt } = facts;
  if (sizeBytes < minBytes) return bad(`it has ${sizeBytes} bytes, fewer than ${minBytes}`);
  const ageMs = Math.max(0, now - writtenAt);
  const measured = { value: Math.round(ageMs / 1_000), unit: 's' } as const;
  if (maxAge !== undefined && ageMs > maxAge)
    return bad(`last written ${inWords(ageMs)} ago, over ${inWords(maxAge)}`, measured);
  return good(`sound, last written ${inWords(ageMs)} ago`, measured);
}
