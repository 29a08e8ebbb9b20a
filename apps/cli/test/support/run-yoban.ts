import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Io } from '../../src/io.ts';
import { runCli } from '../../src/run-cli.ts';

export type JsonOutput = Record<string, unknown> & { error?: { code: string; message: string; hint: string } };

export interface Ran {
  code: number;
  out: string;
  err: string;
  /** Standard output as JSON. */
  json: <T = JsonOutput>() => T;
}

export interface Home {
  dir: string;
  dbPath: string;
  env: Record<string, string>;
  yoban(args: string[], io?: Partial<Io>): Promise<Ran>;
  /** Writes yoban.yml and makes it the configuration. */
  configure(text: string): void;
  /** Path, size and mtime of everything below the home: what "nothing changed" compares. */
  listing(): string[];
}

/** An installation of a test's own with one small WAL database, driven as a person would, but in this process. */
export function makeHome(dir: string): Home {
  mkdirSync(dir, { recursive: true });
  const dbPath = path.join(dir, 'data', 'game.sqlite');
  const env: Record<string, string> = { YOBAN_HOME: dir, LANG: 'C' };
  return {
    ...{ dir, dbPath, env },
    configure: (text) => {
      const file = path.join(dir, 'yoban.yml');
      writeFileSync(file, text);
      env.YOBAN_CONFIG = file;
    },
    yoban: async (args, over = {}) => {
      let out = '';
      let err = '';
      const io: Io = {
        ...{ env, cwd: dir, interactive: false, now: Date.now, signal: new AbortController().signal },
        deferEnd: () => undefined,
        stdout: (text) => {
          out += text;
        },
        stderr: (text) => {
          err += text;
        },
        become: () => {
          throw new Error('this process belongs to the tests');
        },
        readLine: async () => null,
        ask: () => Promise.reject(new Error('nobody is there to be asked')),
        ...over,
      };
      const code = await runCli(args, io);
      return { code, out, err, json: <T = JsonOutput>(): T => JSON.parse(out) };
    },
    listing: () => listingOf(dir),
  };
}

function listingOf(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => `${file} ${statSync(file).size} ${statSync(file).mtimeMs}`)
    .sort();
}

/** A WAL database with a table `notes`. Close it at the end. */
export function makeDatabase(file: string, ...texts: string[]): Database.Database {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE IF NOT EXISTS notes (text TEXT)');
  for (const text of texts) db.prepare('INSERT INTO notes VALUES (?)').run(text);
  return db;
}

export function notesIn(file: string): unknown[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare('SELECT text FROM notes ORDER BY rowid').pluck().all();
  } finally {
    db.close();
  }
}
