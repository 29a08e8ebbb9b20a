import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nothingKnown } from './judge.mjs';

/** In the home; and where that cannot be written (its disk is full or gone), in the temp folder: else each look would tell again. */
function placesOf(home) {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const mine = `yoban-guardian-${process.getuid?.() ?? 0}-${hash}.json`;
  return [path.join(home, 'state', 'guardian.json'), path.join(tmpdir(), mine)];
}

/** The newest memory there is. One that cannot be read counts as none: better told twice than never. */
export function readMemory(home) {
  const found = placesOf(home).map(readPlace);
  return found.reduce((newest, one) => (one.at > newest.at ? one : newest)).memory;
}

function readPlace(file) {
  try {
    const stat = lstatSync(file);
    if (!stat.isFile() || (process.getuid && stat.uid !== process.getuid())) return { at: 0, memory: nothingKnown };
    const { at, faults, owed } = JSON.parse(readFileSync(file, 'utf8'));
    return Number.isFinite(at) && faults && owed ? { at, memory: { faults, owed } } : { at: 0, memory: nothingKnown };
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') console.error(`guardian: ${file}: ${error.message}`);
    return { at: 0, memory: nothingKnown };
  }
}

/** Whole or not at all, in the first place that takes it. `now` is epoch ms. */
export function writeMemory(home, memory, now) {
  const text = `${JSON.stringify({ at: now, ...memory })}\n`;
  for (const file of placesOf(home)) {
    const draft = `${file}.${process.pid}`;
    try {
      // Nothing above it: of a home that is gone none is made.
      if (path.dirname(file) === path.join(home, 'state')) makeState(home);
      writeFileSync(draft, text, { flag: 'wx', mode: 0o600 });
      renameSync(draft, file);
      return;
    } catch (error) {
      rmSync(draft, { force: true });
      console.error(`guardian: ${file}: ${error.message}`);
    }
  }
}

function makeState(home) {
  try {
    mkdirSync(path.join(home, 'state'), { mode: 0o700 });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
}
