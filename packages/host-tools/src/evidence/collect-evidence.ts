import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import type { EvidenceConfig } from '@yoban/shared/policy/action-config';
import { redactorOf } from '@yoban/shared/redact';
import type { EvidenceAround } from './evidence-around.ts';
import { gatherPiece } from './gather-piece.ts';
import { pruneBundles } from './prune-bundles.ts';

export interface EvidencePiece {
  /** As the configuration names it. */
  name: string;
  /** Base name in the folder of the bundle; null where nothing could be kept. */
  file: string | null;
  bytes: number;
  /** Only its end was kept. */
  cut: boolean;
  /** Why there is none; null when there is. */
  problem: string | null;
}

export interface EvidenceBundle {
  /** Absolute. */
  folder: string;
  pieces: EvidencePiece[];
  durationMs: number;
}

const bundleMaxBytes = 1_048_576;
const bundlesKept = 50;
/** All are gathered side by side; the rest of the 10 s is for a slow disk. */
const gatherMs = 8_000;
const allMs = 10_000;

/**
 * Keeps how things were before anything is done: each piece in a file of `YOBAN_HOME/evidence/<incident>`, secrets taken out, at
 * most 1 MB in a bundle, the newest 50 bundles. Ends within 10 s whatever hangs, and never rejects: a repair does not wait for
 * evidence, nor fail for want of it. A second call for the same incident adds to its bundle.
 */
export async function collectEvidence(
  evidence: Readonly<Record<string, EvidenceConfig>>,
  around: EvidenceAround,
  incidentId: string,
): Promise<EvidenceBundle> {
  const began = performance.now();
  const folder = path.join(around.home, 'evidence', folderName(incidentId));
  const pieces: EvidencePiece[] = [];
  const end = AbortSignal.timeout(allMs);
  const over = new Promise<void>((resolve) => end.addEventListener('abort', () => resolve(), { once: true }));
  const work = keepAll(evidence, around, { folder, pieces }).catch((thrown: unknown) => {
    around.log.warn({ event: 'evidence.failed', service: around.service, folder, reason: asOpsError(thrown).message });
  });
  await Promise.race([work, over]);
  return { folder, pieces: [...pieces], durationMs: Math.round(performance.now() - began) };
}

/** An id becomes one folder below ours, whatever stands in it. */
const folderName = (incidentId: string): string =>
  incidentId
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, 120) || '_';

async function keepAll(
  evidence: Readonly<Record<string, EvidenceConfig>>,
  around: EvidenceAround,
  to: { folder: string; pieces: EvidencePiece[] },
): Promise<void> {
  const wanted = Object.entries(evidence);
  if (wanted.length === 0) return;
  makeFolder(to.folder, { mode: 0o700 });
  const before = await look(to.folder);
  const shareBytes = Math.floor(Math.max(0, bundleMaxBytes - before.bytes) / wanted.length);
  const clean = redactorOf(around.env);
  const number = String(before.collections + 1).padStart(2, '0');
  await Promise.all(
    wanted.map(async ([name, config]) => {
      const piece = await keepOne({ name, config, number, shareBytes, folder: to.folder }, around, clean);
      to.pieces.push(piece);
    }),
  );
  const index = { at: isoTime(around.now()), service: around.service, pieces: to.pieces };
  await writeFile(path.join(to.folder, `${number}.json`), `${JSON.stringify(index, null, 2)}\n`, { mode: 0o600 });
  await pruneBundles(path.dirname(to.folder), bundlesKept);
}

interface Wanted {
  name: string;
  config: EvidenceConfig;
  number: string;
  shareBytes: number;
  folder: string;
}

async function keepOne(
  { name, config, number, shareBytes, folder }: Wanted,
  around: EvidenceAround,
  clean: (text: string) => string,
): Promise<EvidencePiece> {
  const none = { name, file: null, bytes: 0, cut: false };
  try {
    const text = clean(await gatherPiece(config, around, AbortSignal.timeout(gatherMs)));
    if (shareBytes < 1_024) return { ...none, problem: 'the bundle of this incident is full' };
    const { bytes, cut } = endOf(Buffer.from(text), shareBytes - 512);
    const file = `${number}-${name}.txt`;
    await writeFile(path.join(folder, file), bytes, { mode: 0o600, flag: 'wx' });
    return { name, file, bytes: bytes.length, cut, problem: null };
  } catch (thrown) {
    return { ...none, problem: clean(asOpsError(thrown).message) };
  }
}

/** The end of a log is what was written last. */
function endOf(bytes: Buffer, maxBytes: number): { bytes: Buffer; cut: boolean } {
  if (bytes.length <= maxBytes) return { bytes, cut: false };
  const end = bytes.subarray(-maxBytes);
  const lineFeed = end.indexOf(10);
  return { bytes: lineFeed < 0 ? end : end.subarray(lineFeed + 1), cut: true };
}

async function look(folder: string): Promise<{ bytes: number; collections: number }> {
  const names = await readdir(folder);
  const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).size));
  const numbers = names.map((name) => Number.parseInt(name, 10)).filter((number) => !Number.isNaN(number));
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), collections: Math.max(0, ...numbers) };
}
