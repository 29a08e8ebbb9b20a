import { linkSync, mkdirSync, readFileSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive } from './process-identity.mjs';

const abandonedStealMs = 10_000;

/** The record in the lock file, undefined when there is none. A half-written one cannot exist: see `create`. */
export function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** True when the lock is ours now. The record is written beside and linked into place, so nobody reads half of it. */
function create(file, record) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * Removes the lock of a dead holder. Two processes may find the same dead holder: without the second lock around
 * looking and removing, the slower one would remove the lock that the faster one has just taken.
 */
function clearDead(file) {
  const steal = `${file}.steal`;
  try {
    writeFileSync(steal, '', { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeAbandoned(steal);
    return;
  }
  try {
    const holder = readLock(file);
    if (holder === undefined || !isAlive(holder)) rmSync(file, { force: true });
  } finally {
    rmSync(steal, { force: true });
  }
}

function removeAbandoned(steal) {
  const age = Date.now() - (statSync(steal, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > abandonedStealMs) rmSync(steal, { force: true });
}

/**
 * Takes the lock once, or says who has it: `{taken: true, release, previous}` or `{taken: false, holder}`.
 * `previous` is the record of a dead holder, for the caller to clean up after it.
 */
export function tryLock(file, details = {}) {
  mkdirSync(path.dirname(file), { recursive: true });
  const record = { ...identify(), ...details };
  let previous;
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (create(file, record)) return { taken: true, previous, release: () => rmSync(file, { force: true }) };
    const holder = readLock(file);
    if (holder !== undefined && isAlive(holder)) return { taken: false, holder };
    previous = holder ?? previous;
    clearDead(file);
  }
  return { taken: false, holder: readLock(file) };
}

/** Waits for the lock, as long as its holder lives. */
export async function waitForLock(file, onWait = () => {}) {
  let lock = tryLock(file);
  if (!lock.taken) onWait(lock.holder);
  while (!lock.taken) {
    await sleep(200);
    lock = tryLock(file);
  }
  return lock;
}
