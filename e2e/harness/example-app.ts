import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunningKit } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';

const faultToken = 'e2e-fault-token';

/** The example writes only when a test makes it: no small talk, no tips by themselves, one cycle a day. */
export const quietApp = {
  AILIFE_FAULT_TOKEN: faultToken,
  AILIFE_CHAT_MS: '0',
  STANDIN_TIP_EVERY_MS: '0',
  AILIFE_CYCLE_MS: '86400000',
};

const guarded = [
  'include: [ailife]',
  '    probes: { stream: { password: null } }\n',
  '    actions: { refresh_page: { password: null } }\n',
];

/** The example's configuration without its policy: what pm2 does alone, and what is told of it, is seen only where nobody else repairs. */
export function exampleOfPm2Alone(): string {
  const file = path.resolve(import.meta.dirname, '../../examples/ailife/yoban.yml');
  let text = readFileSync(file, 'utf8');
  for (const line of guarded) {
    if (!text.includes(line)) throw new Error(`the example no longer says ${line}`);
    text = text.replace(line, '');
  }
  return text;
}

/** Truth of the example (`GET /api/state`), as far as tests compare it. */
export interface Truth {
  pid: number;
  game: {
    day: number;
    cycle: number;
    lastCycleAt: string | null;
    characters: { name: string; activity: string; mood?: number }[];
  };
  tips: Record<string, number>;
  llm: Record<string, number | boolean | string | null>;
  platforms: { youtube: { connected: boolean }; tiktok: { connected: boolean }; viewers: number };
  database: { path: string; sizeMb: number; commit: number };
}

/** Flips one of the example's fault switches. */
export async function flip(kit: RunningKit, name: string, body: Record<string, unknown> = {}): Promise<void> {
  const answer = await fetch(`${kit.appUrl}/faults/${name}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${faultToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`switch ${name}: ${answer.status} ${await answer.text()}`);
}

export const readTruth = async (kit: RunningKit): Promise<Truth> =>
  (await (await fetch(`${kit.appUrl}/api/state`)).json()) as Truth;

/** The pid that answers `/healthz` with 200, or null. */
export async function healthyPid(kit: RunningKit): Promise<number | null> {
  try {
    const answer = await fetch(`${kit.appUrl}/healthz`, { signal: AbortSignal.timeout(2_000) });
    return answer.status === 200 ? ((await answer.json()) as { pid: number }).pid : null;
  } catch {
    // Nobody listens: that is the answer.
    return null;
  }
}

/** Waits for a new process to answer. */
export const newPid = (kit: RunningKit, old: number, limitMs = 30_000): Promise<number> =>
  waitFor(
    'a new process that answers',
    async () => {
      const pid = await healthyPid(kit);
      return pid !== null && pid !== old ? pid : null;
    },
    limitMs,
  );

/** Hash of a database file's contents as the writer itself counts it, read-only. */
export function contentHash(file: string): { commit: number; hash: string } {
  const main = path.resolve(import.meta.dirname, '../../examples/ailife/src/oracle-main.ts');
  return JSON.parse(
    execFileSync(process.execPath, ['--conditions=yoban-src', main, 'hash', file], { encoding: 'utf8' }),
  );
}

/** SHA-256 over the rows of what the household lived through; game_state is left out, since a start plans its next cycle there. */
export function livedHash(file: string): string {
  const db = new Database(file, { readonly: true });
  const hash = createHash('sha256');
  for (const table of ['characters', 'memories', 'tips', 'cycles']) {
    for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY rowid`).raw().iterate())
      hash.update(JSON.stringify(row));
  }
  db.close();
  return hash.digest('hex');
}
