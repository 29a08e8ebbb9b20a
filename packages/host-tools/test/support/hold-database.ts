import { openStore } from '@yoban/shared/facts/open-store';

// Holds a database for itself until it is ended: whoever wants to read it waits.
const db = openStore(String(process.argv[2]), []);
db.pragma('journal_mode = DELETE');
db.exec('BEGIN EXCLUSIVE');
process.send?.('held');
setInterval(() => undefined, 1_000);
