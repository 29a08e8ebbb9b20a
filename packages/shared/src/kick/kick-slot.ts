import { createHash, createHmac } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonText } from '../contracts/json-text.ts';
import { type Kick, KickSlotContent } from '../contracts/kick.ts';
import { hasErrno } from '../errors.ts';
import { isPlainFile } from '../fixed-name-file.ts';
import { makeFolder } from '../make-folder.ts';
import { sameSecret } from '../same-secret.ts';

/** One request at a time, for when the kit's API is away (W6). */
export const kickSlotFile = (stateDir: string): string => path.join(stateDir, 'kick_request');

const SlotText = jsonText(KickSlotContent);
/** A slot is a few hundred bytes; what is longer is none. */
const maxChars = 4_096;

/**
 * Leaves a kick in the slot for the watchdog's next cycle. False when one lies there already. The token itself is not written: the
 * file carries a proof of it that is good for this kick alone.
 * @throws the system error where the folder cannot be written
 */
export function leaveKick(stateDir: string, kick: Kick, token: string): boolean {
  makeFolder(stateDir, { mode: 0o700 });
  const file = kickSlotFile(stateDir);
  const draft = `${file}.${crypto.randomUUID()}`;
  const content: KickSlotContent = { kick, proof: proofOf(kick, token) };
  try {
    writeFileSync(draft, `${JSON.stringify(content)}\n`, { flag: 'wx', mode: 0o600 });
    // A link, not a rename: it fails where a request is there, and shows the whole of ours or nothing.
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** `unreadable`: something lay there that is no kick. */
export type TakenSlot = { kind: 'kick'; content: KickSlotContent } | { kind: 'unreadable' };

/** Empties the slot and gives what lay in it; null where nothing did. Of two takers one gets it. */
export function takeKick(stateDir: string): TakenSlot | null {
  const file = kickSlotFile(stateDir);
  const taken = `${file}.${crypto.randomUUID()}`;
  try {
    renameSync(file, taken);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
  try {
    const text = isPlainFile(taken) ? readFileSync(taken, 'utf8') : '';
    const parsed = SlotText.safeParse(text.length > maxChars ? '' : text);
    return parsed.success ? { kind: 'kick', content: parsed.data } : { kind: 'unreadable' };
  } finally {
    rmSync(taken, { recursive: true, force: true });
  }
}

/** Whether the writer of the slot knew one of these tokens. */
export function isProven({ kick, proof }: KickSlotContent, tokens: readonly string[]): boolean {
  // Each is compared, so that the time tells nothing about which one it was.
  return tokens.map((token) => sameSecret(proof, proofOf(kick, token))).includes(true);
}

const proofOf = ({ id, service, action, source, via, at }: Kick, token: string): string =>
  createHmac('sha256', createHash('sha256').update(`yoban kick\n${token}`).digest())
    .update(JSON.stringify([id, service, action, source, via, at]))
    .digest('hex');
