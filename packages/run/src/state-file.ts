import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { bootId, pidNamespace } from './proc.ts';

export interface Identity {
  pid: number;
  startTicks: number;
}

/** What a parent leaves for the one after it, should it be killed: `<socket>.state`. */
export interface KeptState {
  bootId: string;
  pidNamespace: string;
  parent: Identity;
  app: Identity | null;
}

const stateFile = (socket: string): string => `${socket}.state`;

/** Whole or not at all; not synced, since it means nothing after a boot. @throws the system error. */
export function keepState(socket: string, parent: Identity, app: Identity | null): void {
  const draft = `${stateFile(socket)}.${process.pid}`;
  const kept: KeptState = { bootId: bootId(), pidNamespace: pidNamespace(), parent, app };
  // Made anew: others may write in the folder, and a link of theirs under this name must lead us nowhere.
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, stateFile(socket));
}

export const dropState = (socket: string): void => rmSync(stateFile(socket), { force: true });

/** What a parent before us kept; null when there is none, it cannot be read, or it speaks of another boot or pid namespace. */
export function keptState(socket: string): KeptState | null {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(stateFile(socket), 'utf8'));
  } catch {
    // Missing, cut off by a full disk, or another user's: without it an orphan is still found by its mark.
    return null;
  }
  if (!isKeptState(value)) return null;
  return value.bootId === bootId() && value.pidNamespace === pidNamespace() ? value : null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isIdentity = (value: unknown): value is Identity =>
  isObject(value) && Number.isSafeInteger(value.pid) && Number.isSafeInteger(value.startTicks);

const isKeptState = (value: unknown): value is KeptState =>
  isObject(value) &&
  typeof value.bootId === 'string' &&
  typeof value.pidNamespace === 'string' &&
  isIdentity(value.parent) &&
  (value.app === null || (isIdentity(value.app) && value.app.pid > 1));
