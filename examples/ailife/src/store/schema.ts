/** Times are milliseconds since the epoch, money is yen. STRICT keeps a wrong type out of a file that others will read. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS game_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS characters (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, activity TEXT NOT NULL, mood INTEGER, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS memories (
    id INTEGER PRIMARY KEY, character TEXT NOT NULL, cycle INTEGER NOT NULL, text TEXT NOT NULL,
    importance REAL NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS tips (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, sender TEXT NOT NULL, amount_yen INTEGER NOT NULL,
    message TEXT NOT NULL, status TEXT NOT NULL CHECK (status IN ('queued', 'ok', 'failed')),
    received_at INTEGER NOT NULL, processed_at INTEGER, processing_ms REAL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS tips_queued ON tips (id) WHERE status = 'queued';
  CREATE INDEX IF NOT EXISTS tips_processed ON tips (processed_at);
  CREATE TABLE IF NOT EXISTS cycles (
    number INTEGER PRIMARY KEY, planned_at INTEGER NOT NULL, started_at INTEGER NOT NULL, duration_ms REAL NOT NULL,
    drift_ms INTEGER NOT NULL, outcome TEXT NOT NULL CHECK (outcome IN ('ok', 'failed'))
  ) STRICT;
`;
