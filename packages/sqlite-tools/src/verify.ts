import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { runChild } from './run-child.ts';

/** Why a copy does not count. The same word is the log field and the test's expectation. */
export const VerifyFailure = z.enum([
  'not-sqlite',
  'empty',
  'missing-tables',
  'integrity',
  'hash-mismatch',
  'cut-short',
]);
export type VerifyFailure = z.infer<typeof VerifyFailure>;

const Bad = z.object({ state: z.literal('bad'), reason: VerifyFailure, detail: z.string() });
const Content = z.discriminatedUnion('state', [z.object({ state: z.literal('good'), tables: z.int() }), Bad]);
export type ContentVerdict = z.infer<typeof Content>;

export type Verdict = { state: 'good'; sha256: string; sizeBytes: number; tables: number } | z.infer<typeof Bad>;

export const FileHash = z.object({ sha256: z.string(), sizeBytes: z.int() });
export type FileHash = z.infer<typeof FileHash>;

/** SHA-256 and size of a file as it lies there, counted in a child. */
export const hashFile = (file: string): Promise<FileHash> =>
  runChild('hash-child-main', { request: { file }, parse: (value) => FileHash.parse(value) }).result;

/** The part of `verifyCopy` that asks SQLite: whole integrity check, required tables, not empty. In a child. */
export const checkContent = (file: string, requiredTables: readonly string[]): Promise<ContentVerdict> =>
  runChild('verify-child-main', { request: { file, requiredTables }, parse: (value) => Content.parse(value) }).result;

/**
 * Judges a plain copy that nobody else writes (B3): `checkContent` and its SHA-256, side by side in two children; memory does not
 * grow with the file.
 */
export async function verifyCopy(file: string, requiredTables: readonly string[]): Promise<Verdict> {
  const [content, hash] = await Promise.all([checkContent(file, requiredTables), hashFile(file)]);
  if (content.state === 'bad') return content;
  return { ...content, ...hash };
}

/** @throws OpsError BACKUP_VERIFY_FAILED for a bad verdict. */
export function requireGood<Good extends { state: 'good' }>(verdict: Good | z.infer<typeof Bad>, file: string): Good {
  if (verdict.state === 'good') return verdict;
  throw new OpsError('BACKUP_VERIFY_FAILED', `${file}: ${verdict.reason}: ${verdict.detail}`, {
    fields: { file, reason: verdict.reason },
  });
}
