interface CatalogEntry {
  /** HTTP status when the error reaches a client. */
  http: number;
  /** Exit code of the command line: 1 found a problem, 2 wrong use. */
  exit: 1 | 2;
  retryable: boolean;
  /** The way out when the thrower knows no better one. */
  hint: string;
  /** A CRITICAL code has a page docs/runbook/<CODE>.md; a test checks it. */
  critical?: true;
}

const wrongUse = (hint: string): CatalogEntry => ({ http: 400, exit: 2, retryable: false, hint });
const problem = (hint: string, retryable = false): CatalogEntry => ({ http: 500, exit: 1, retryable, hint });
const critical = (hint: string): CatalogEntry => ({ http: 500, exit: 1, retryable: false, hint, critical: true });

/** Every error code of the kit. A code is never reused for another meaning and never renamed. */
export const errorCatalog = {
  UNEXPECTED: problem('Look at the cause in the log; this is a defect of yoban, please report it.'),
  USAGE: wrongUse('Run the command with --help.'),
  CONFIG_INVALID: wrongUse('Mend the places named, then run: yoban config check'),
  CONFIG_MISSING_ENV: wrongUse('Set the variables named, or run in trial mode (YOBAN_MODE=trial).'),
  KIT_NOT_RUNNING: { http: 503, exit: 1, retryable: true, hint: 'Start the kit with: npm start' },
  KIT_ALREADY_RUNNING: wrongUse('Use the running kit, or stop it first.'),
  BUS_UNAVAILABLE: {
    http: 503,
    exit: 1,
    retryable: true,
    hint: 'Check that Redis is running and REDIS_URL points at it.',
  },
  STORE_UNAVAILABLE: { http: 503, exit: 1, retryable: true, hint: 'Check free space and rights of YOBAN_HOME/state.' },
  UNAUTHORIZED: { http: 401, exit: 2, retryable: false, hint: 'Send the key as Authorization: Bearer or X-API-Key.' },
  FORBIDDEN: { http: 403, exit: 2, retryable: false, hint: 'Use a key that has the scope.' },
  CONFLICT: { http: 409, exit: 1, retryable: false, hint: 'Look at it as it is now, then ask again.' },
  NOT_FOUND: { http: 404, exit: 2, retryable: false, hint: 'Check the address.' },
  METHOD_NOT_ALLOWED: { http: 405, exit: 2, retryable: false, hint: 'Use a method that Allow names.' },
  UNSUPPORTED_MEDIA_TYPE: {
    http: 415,
    exit: 2,
    retryable: false,
    hint: 'Send JSON with Content-Type: application/json.',
  },
  REQUEST_INVALID: wrongUse('Mend the fields named.'),
  PAYLOAD_TOO_LARGE: { http: 413, exit: 2, retryable: false, hint: 'Send less at once.' },
  TOO_MANY_REQUESTS: { http: 429, exit: 1, retryable: true, hint: 'Wait for the time in Retry-After.' },

  DB_UNKNOWN: wrongUse('Name one of the databases in yoban.yml.'),
  DB_NOT_FOUND: critical('Check databases[].path in yoban.yml and that the disk is mounted.'),
  DB_NOT_SQLITE: critical(
    'Check the path: databases[].path must name the SQLite file. Only if it does: yoban restore --latest --yes',
  ),
  DB_LOCKED: problem('Another process holds the database; find it with: fuser -v <file>', true),
  DB_CORRUPT: critical('Restore the latest good backup: yoban restore --latest --yes'),
  DB_UNSUPPORTED_FS: problem('Put the database on a local disk: SQLite locks do not work on network file systems.'),
  SQLITE_TOO_OLD: problem('Update: SQLite before 3.51.3 can corrupt a WAL database that two processes checkpoint.'),

  BACKUP_FAILED: critical('Read the cause; then run: yoban backup now'),
  BACKUP_VERIFY_FAILED: critical(
    'The copy was thrown away. Check the source: yoban backup now, then yoban backup list',
  ),
  BACKUP_TIMEOUT: problem('A write-heavy moment or a slow disk; try again, or raise the limit.', true),
  BACKUP_INTERRUPTED: problem('The backup gave way to a restore or a stop; the next due run takes it again.', true),
  BACKUP_NOT_FOUND: wrongUse('See what is there: yoban backup list'),
  CATALOG_UNREADABLE: problem(
    'The backup files are still good; restore by file name. Check BACKUP_DIR/catalog.sqlite.',
  ),
  DISK_FULL: critical('Free space on the disk named; the old backups are untouched.'),

  RESTORE_CANDIDATE_BAD: problem('Choose the next good backup named in the message.'),
  RESTORE_FILE_IN_USE: problem(
    'Stop the process named, then run the restore again. One of another container: docker compose ps, then docker compose stop <service>.',
    true,
  ),
  RESTORE_FAILED: critical('The old database is back in place; read the cause and try again.'),
  RESTORE_NOT_HEALTHY: critical('The data is restored but the service does not answer; read its log: yoban logs'),
  RESTORE_NOT_NEEDED: problem('To replace it all the same, do it by hand: yoban restore'),
  RESTORE_NEEDS_CONFIRMATION: wrongUse('Add --yes to do it, or --dry-run to see what would happen.'),

  RECOVERY_FAILED: critical('Read what was tried and its evidence: yoban watchdog status'),
  RESTART_LIMIT: critical('Mend the cause, then have it tried again: yoban kick, or acknowledge the incident'),
  SUPERVISOR_UNAVAILABLE: problem('Check that the supervisor of the service is running.', true),
  SUPERVISOR_FAILED: problem(
    'Read the log of the service; the supervisor could not bring it to the state asked for.',
    true,
  ),
  RUN_SOCKET_TAKEN: wrongUse('Ask the parent that lives at this socket, end it, or name another socket.'),
  RUN_NOT_STARTED: problem('Check that the command exists and may be executed.'),
  PROGRAM_NOT_FOUND: problem('Install the program named, or write its absolute path in yoban.yml.'),
  SERVICE_UNKNOWN: wrongUse('Name one of the services in yoban.yml.'),
  OBS_UNAVAILABLE: problem('Start OBS and switch its WebSocket server on: Tools > WebSocket Server Settings.', true),
  OBS_REFUSED: problem('Compare the password and the name of the source with those in OBS.'),

  CHANNEL_REJECTED: problem('Check the address and the key of the channel; the receiver refuses them.'),
  ALERTER_SILENT: problem('Look at the log of the alerter: YOBAN_HOME/logs/alerter.log', true),
  WATCHDOG_SILENT: problem('Look at the log of the watchdog: YOBAN_HOME/logs/watchdog.log', true),
  INTAKE_UNAVAILABLE: {
    http: 503,
    exit: 1,
    retryable: true,
    hint: 'Check that the alerter runs, and that the disk of YOBAN_HOME/spool has room.',
  },
  SPOOL_FULL: {
    http: 507,
    exit: 1,
    retryable: true,
    hint: 'Bring Redis back: the alerter then empties YOBAN_HOME/spool/alerter by itself. Or make room on that disk.',
  },
  CHANNEL_UNAVAILABLE: problem('The receiver does not answer now; delivery goes on by itself.', true),

  PROCESS_DOWN: critical('Read the last lines of its log and start it: yoban restart'),
  HEALTH_UNREACHABLE: critical('The process runs but does not answer; restart it: yoban restart'),
  SERVICE_UNHEALTHY: critical('See the reasons: yoban health'),
  RESTORE_PROOF_OLD: critical('Restore the newest backup beside the database and look into it'),
  BUS_DOWN: critical('Start Redis again and look at its log; alerts go out directly meanwhile'),
  KIT_DOWN: critical("yoban's own health-api does not answer; look at its log in YOBAN_HOME/logs"),
} as const satisfies Record<string, CatalogEntry>;

export type ErrorCode = keyof typeof errorCatalog;
