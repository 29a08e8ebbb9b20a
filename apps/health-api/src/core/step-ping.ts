import type { Ping, PingRecord } from '@yoban/shared/contracts/ping';

/** Somebody listens for a job that has not said anything yet. `now` = epoch ms. */
export const newPingRecord = (now: number): PingRecord => ({
  ...{ since: now, lastPingAt: null, lastGoodAt: null, startedAt: null },
  ...{ durationMs: null, failed: null, note: null },
});

/**
 * What is known of a job after its ping: an end well mends an earlier failure, a new start does not. `note` = what it sent
 * along; null keeps the note it had. `now` = epoch ms.
 */
export function stepPing(record: PingRecord, ping: Ping, note: string | null, now: number): PingRecord {
  const told = { ...record, lastPingAt: now, note: note ?? record.note };
  const ended = {
    startedAt: null,
    durationMs: record.startedAt === null ? null : Math.max(0, now - record.startedAt),
  };
  switch (ping.kind) {
    case 'log':
      return told;
    case 'start':
      return { ...told, startedAt: now };
    case 'success':
      return { ...told, ...ended, lastGoodAt: now, failed: null };
    case 'fail':
      return { ...told, ...ended, failed: { at: now, exitCode: ping.exitCode } };
    default:
      return ping satisfies never;
  }
}
