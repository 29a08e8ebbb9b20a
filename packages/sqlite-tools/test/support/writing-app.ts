import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

export interface WritingApp {
  file: string;
  child: ChildProcess;
  /** Throws unless the database file shows exactly one moment that the writer committed; returns that moment's number. */
  momentOf(copy: string): number;
  kill(): Promise<void>;
}

interface AppOptions {
  journalMode?: 'wal' | 'delete';
  pageSize?: number;
  seed?: number;
  hostile?: boolean;
}

/** Starts the hostile writer on a new database in `dir` and waits for its first 200 commits. */
export async function startWritingApp(dir: string, options: AppOptions = {}): Promise<WritingApp> {
  const file = path.join(dir, 'game.sqlite');
  const oracle = path.join(dir, 'oracle.log');
  const request = { journalMode: 'wal', pageSize: 4096, seed: 1, hostile: true, ...options, file, oracle };
  const child = fork(path.join(import.meta.dirname, 'hostile-writer.ts'), [JSON.stringify(request)], {
    execArgv: ['--conditions=yoban-src'],
  });
  await once(child, 'message');
  return {
    file,
    child,
    momentOf: (copy) => momentOf(copy, oracle),
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function momentOf(copy: string, oracle: string): number {
  const db = new Database(copy, { readonly: true });
  try {
    const n = Number(db.prepare('SELECT n FROM counter').pluck().get());
    const hash = Buffer.alloc(32);
    for (const row of db.prepare<[], { id: number; body: string }>('SELECT id, body FROM live').iterate()) {
      const digest = createHash('sha256').update(`${row.id}:${row.body}`).digest();
      for (let at = 0; at < 32; at += 1) hash[at] = (hash[at] ?? 0) ^ (digest[at] ?? 0);
    }
    const line = readFileSync(oracle, 'utf8').split('\n')[n - 1];
    if (line !== `${n} ${hash.toString('hex')}`) throw new Error(`${copy} shows no committed moment (counter ${n})`);
    return n;
  } finally {
    db.close();
  }
}
