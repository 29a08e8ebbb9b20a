import { findFileHolders } from '../../src/file-holders.ts';
import { inspectCurrent } from '../../src/inspect-current.ts';
import { type RestoreRequest, restore } from '../../src/restore.ts';
import { answerLines } from './answer-lines.ts';

// usage: restore-party.ts REQUEST LOCKS_DIR; what a restore in a container of its own sees and does.
const request: RestoreRequest = JSON.parse(process.argv[2] ?? '{}');
const locksDir = process.argv[3] ?? '';
const file = request.db.path;

const acts: Record<string, () => Promise<unknown>> = {
  holders: async () => (await findFileHolders(file)).holders,
  inspect: () => inspectCurrent(file),
  restore: () => restore(request, { locksDir, zone: 'Asia/Tokyo', now: () => Date.UTC(2026, 2, 11, 6), service: null }),
};

await answerLines(async (line) => JSON.stringify(await acts[line]?.()));
