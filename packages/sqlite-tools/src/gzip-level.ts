import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** `gzip` packs at 6. Where a quicker level gives a file no larger than 6 does, the time is better spent elsewhere. */
const referenceLevel = 6;
const samples = 6;
const sampleBytes = 256 * 1024;

/** The quickest level that packs a sample spread over the file no worse than level 6; 1 to 6. */
export function gzipLevelFor(file: string): number {
  const sample = readSample(file);
  const wantedBytes = gzipSync(sample, { level: referenceLevel }).length;
  for (let level = 1; level < referenceLevel; level += 1) {
    if (gzipSync(sample, { level, memLevel: 9 }).length <= wantedBytes) return level;
  }
  return referenceLevel;
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
