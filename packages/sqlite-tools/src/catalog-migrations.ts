import { factOutboxSql } from '@yoban/shared/facts/fact-outbox';

/** Append only: a step that has landed is never edited. */
export const catalogMigrations: readonly string[] = [
  `CREATE TABLE runs (
     id TEXT NOT NULL UNIQUE,
     db TEXT NOT NULL,
     tier TEXT NOT NULL,
     due_at INTEGER NOT NULL,
     trigger TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('running', 'ok', 'failed')),
     holder TEXT NOT NULL,
     started_at INTEGER NOT NULL,
     attempt INTEGER NOT NULL,
     prepared TEXT,
     outcome TEXT,
     file_id TEXT,
     PRIMARY KEY (db, tier, due_at)
   );
   CREATE TABLE files (
     seq INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     db TEXT NOT NULL,
     tier TEXT NOT NULL,
     path TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('good', 'bad', 'missing', 'deleted')),
     body TEXT NOT NULL
   );
   CREATE INDEX files_db_tier ON files (db, tier, state);
   CREATE UNIQUE INDEX files_path ON files (path) WHERE state IN ('good', 'bad')`,
  factOutboxSql,
];
