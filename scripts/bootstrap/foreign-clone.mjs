import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './talk.mjs';

const refused = new Set(['EACCES', 'EPERM']);

function ownerName(uid) {
  const asked = spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.trim() : `user ${uid}`;
}

/** The words for a person who may not write in this clone because it is somebody else's; undefined for any other error. */
export function foreignClone(error, root, uid = process.getuid?.()) {
  if (!refused.has(error?.code) || typeof error.path !== 'string') return undefined;
  const inClone = path.relative(root, error.path);
  const owner = statSync(root).uid;
  if (inClone.startsWith('..') || owner === uid) return undefined;
  return new SetupError(`this clone belongs to ${ownerName(owner)}; run as that user or clone your own`, 2);
}
