/** The database file and what SQLite keeps beside it. They are one thing: moving some of them is how a database is corrupted. */
export const dbFileSuffixes = ['', '-journal', '-wal', '-shm'] as const;
export type DbFileSuffix = (typeof dbFileSuffixes)[number];
