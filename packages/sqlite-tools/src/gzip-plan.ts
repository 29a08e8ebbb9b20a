import { execFileSync } from 'node:child_process';
import { fstatSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { type GzipPlan, type LevelSize, planLevels } from './plan-levels.ts';

/** What `gzip` packs at unless told. Where a quicker level gives a file no larger, the time is better spent elsewhere. */
const referenceLevel = 6;
/** Quickest first. In node's zlib 2 and 3 are neither quicker nor smaller than 4. */
const levels = [1, 4, 5, referenceLevel];
/** Whole stretches: pieces of some 100 KB put one after the other make gzip look 0.3 % worse than it is. */
const samples = 2;
const sampleBytes = 2 * 1024 * 1024;
/** A sample is not the file: aim this much below what gzip makes of it. */
const margin = 0.0015;

/**
 * One gzip member. Memory level 9 is quicker below level 5; 8, what gzip has, packs smaller above. Debian's libdeflate-gzip packs
 * as small in two thirds of the time, but a process and two pipes for every slice took half of that again (400 MB: 9.4 CPU s of
 * 11.1, slices of 8 MB): too little for a second packer.
 */
export const packMember = (slice: Uint8Array, level: number): Buffer =>
  gzipSync(slice, { level, memLevel: level < 5 ? 9 : 8, chunkSize: 1024 * 1024 });

/** The quickest mix of levels that should pack the open file no worse than `gzip` does, from a sample of it. */
export function gzipPlanFor(fd: number): GzipPlan {
  const sample = readSample(fd);
  const aimBytes = sum(sample.map(gzipBytes)) * (1 - margin);
  const sizes: LevelSize[] = [];
  for (const level of levels) {
    const bytes = sum(sample.map((piece) => packMember(piece, level).length));
    sizes.push({ level, bytes });
    if (bytes <= aimBytes) break;
  }
  return planLevels(sizes, aimBytes);
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

/** Asked of gzip itself: node's zlib searches in another way, and packs about 1 % smaller at the same level. */
function gzipBytes(piece: Buffer): number {
  try {
    return execFileSync('gzip', ['-c', `-${referenceLevel}`], {
      input: piece,
      maxBuffer: 2 * piece.length + 1024,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).length;
  } catch {
    // Not installed: then nobody compares with it either.
    return packMember(piece, referenceLevel).length;
  }
}

/** Stretches at one third and two thirds of the file; of a small one all. */
function readSample(fd: number): Buffer[] {
  const sizeBytes = fstatSync(fd).size;
  const length = Math.min(sampleBytes, sizeBytes);
  const count = sizeBytes > samples * sampleBytes ? samples : 1;
  return Array.from({ length: count }, (_, at) => {
    const piece = Buffer.alloc(length);
    readSync(fd, piece, 0, length, Math.floor(((sizeBytes - length) * (at + 1)) / (count + 1)));
    return piece;
  });
}
