import { appendFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { z } from 'zod';
import { textOf } from './text-of.ts';

const Mark = z.strictObject({ key: z.string(), at: z.number() });
const Line = jsonText(Mark);

const fileOf = (dir: string): string => path.join(dir, 'overtaken.log');

/**
 * Says to whoever owns the spool in `dir`, awake or not: what came of this alert until `at` (epoch ms) is not told past Redis any
 * more. Not synced: it need not outlive the machine, only the process.
 */
export function markOvertaken(dir: string, key: string, at: number): void {
  // Its own line also behind one that a kill cut off.
  appendFileSync(fileOf(dir), `\n${JSON.stringify({ key, at })}\n`);
}

/** Until when each alert was overtaken, by its key. */
export function readOvertaken(dir: string): ReadonlyMap<string, number> {
  const marks = textOf(fileOf(dir))
    .split('\n')
    .flatMap((line) => Line.safeParse(line).data ?? []);
  const until = new Map<string, number>();
  for (const { key, at } of marks) until.set(key, Math.max(at, until.get(key) ?? at));
  return until;
}

/** For the owner of a spool in which nothing waits. A mark made at the same moment is about what is decided by now. */
export function forgetOvertaken(dir: string): void {
  rmSync(fileOf(dir), { force: true });
}
