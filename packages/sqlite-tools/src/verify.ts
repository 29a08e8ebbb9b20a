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

export const Verdict = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('good'),
    /** Of the file as it lies there. */
    sha256: z.string(),
    sizeBytes: z.int(),
    /** Of the database inside. */
    databaseSha256: z.string(),
    databaseBytes: z.int(),
    tables: z.int(),
  }),
  z.object({ state: z.literal('bad'), reason: VerifyFailure, detail: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;

const Content = z.discriminatedUnion('state', [
  z.object({ state: z.literal('good'), tables: z.int() }),
  z.object({ state: z.literal('bad'), reason: VerifyFailure, detail: z.string() }),
]);
export type ContentVerdict = z.infer<typeof Content>;

const FileHash = z.object({ sha256: z.string(), sizeBytes: z.int() });
export type FileHash = z.infer<typeof FileHash>;

/** SHA-256 and size of a file as it lies there, counted in a child. */
export const hashFile = (file: string): Promise<FileHash> =>
  runChild('hash-child-main', { request: { file, gunzip: false }, parse: (value) => FileHash.parse(value) }).result;

/**
 * SHA-256 and size of what a gzip file holds, counted in a child.
 * @throws OpsError BACKUP_VERIFY_FAILED when the file is not whole gzip.
 */
export const hashGzipContent = (file: string): Promise<FileHash> =>
  runChild('hash-child-main', { request: { file, gunzip: true }, parse: (value) => FileHash.parse(value) }).result;

/**
 * Judges a plain copy that nobody else writes (B3): whole integrity check, required tables, not empty, and its SHA-256.
 * Check and hash run side by side in two children; memory does not grow with the file.
 */
export async function verifyCopy(file: string, requiredTables: readonly string[]): Promise<Verdict> {
  const [content, hash] = await Promise.all([
    runChild('verify-child-main', { request: { file, requiredTables }, parse: (value) => Content.parse(value) }).result,
    hashFile(file),
  ]);
  if (content.state === 'bad') return content;
  return { ...content, ...hash, databaseSha256: hash.sha256, databaseBytes: hash.sizeBytes };
}

/** @throws OpsError BACKUP_VERIFY_FAILED for a bad verdict. */
export function requireGood(verdict: Verdict, file: string): Extract<Verdict, { state: 'good' }> {
  if (verdict.state === 'good') return verdict;
  throw new OpsError('BACKUP_VERIFY_FAILED', `${file}: ${verdict.reason}: ${verdict.detail}`, {
    fields: { file, reason: verdict.reason },
  });
}
