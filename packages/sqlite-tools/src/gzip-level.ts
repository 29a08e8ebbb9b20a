import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** What `gzip` packs at unless told. Where a quicker level gives a file no larger, the time is better spent elsewhere. */
const referenceLevel = 6;
/** In node's zlib 2 and 3 are neither quicker nor smaller than 4. */
const quickerLevels = [1, 4, 5];
const samples = 8;
const sampleBytes = 256 * 1024;

/** The quickest level that packs a sample spread over the file no worse than `gzip` does: 1, 4, 5 or 6. */
export function gzipLevelFor(file: string): number {
  const sample = readSample(file);
  const wantedBytes = gzipBytes(sample);
  return (
    quickerLevels.find((level) => gzipSync(sample, { level, memLevel: 9 }).length <= wantedBytes) ?? referenceLevel
  );
}

/** Asked of gzip itself: node's zlib hashes in another way, and packs about 1 % smaller at the same level. */
function gzipBytes(sample: Buffer): number {
  try {
    return execFileSync('gzip', ['-c', `-${referenceLevel}`], {
      input: sample,
      maxBuffer: 2 * sample.length + 1024,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).length;
  } catch {
    // Not installed: then nobody compares with it either.
    return gzipSync(sample, { level: referenceLevel }).length;
  }
}

function readSample(file: string): Buffer {
  const fd = openSync(file, 'r');
  try {
    const sizeBytes = fstatSync(fd).size;
    if (sizeBytes <= samples * sampleBytes) {
      const whole = Buffer.alloc(sizeBytes);
      readSync(fd, whole, 0, sizeBytes, 0);
      return whole;
    }
    const sample = Buffer.alloc(samples * sampleBytes);
    for (let at = 0; at < samples; at += 1) {
      const position = Math.floor(((sizeBytes - sampleBytes) * at) / (samples - 1));
      readSync(fd, sample, at * sampleBytes, sampleBytes, position);
    }
    return sample;
  } finally {
    closeSync(fd);
  }
}
