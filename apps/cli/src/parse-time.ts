import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { zoneDateTime } from '@yoban/shared/zone-time';

const wallTime = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})(?::(\d{2}))?$/;
const withOffset = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/i;

/**
 * Epoch ms of `2026-03-11T06:30:00Z` (any offset) or of `2026-03-11 15:30[:00]`, wall time in `zone`. Of an hour that autumn
 * repeats the earlier is meant: a restore then gives the older state, which loses nothing that the later one would keep safe.
 * @throws OpsError USAGE
 */
export function parseTime(text: string, zone: string): number {
  const trimmed = text.trim();
  if (withOffset.test(trimmed)) {
    const at = Date.parse(trimmed.replace(' ', 'T'));
    if (!Number.isNaN(at)) return at;
  }
  const [, day, minute, second = '00'] = wallTime.exec(trimmed) ?? [];
  const at = day && minute ? wallToEpoch(`${day} ${minute}:${second}`, zone) : null;
  if (at !== null) return at;
  throw new OpsError('USAGE', `"${text}" is not a time`, {
    hint: `Write 2026-03-11 15:30 (in ${zone}) or 2026-03-11T15:30:00+09:00.`,
  });
}

/** Null for a wall time that does not exist: month 13, or the hour that spring leaves out. */
function wallToEpoch(wall: string, zone: string): number | null {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) return null;
  // Offsets run from -12:00 to +14:00 in steps of 15 minutes; the greatest offset gives the earliest moment.
  for (let offset = 14 * HOUR; offset >= -12 * HOUR; offset -= 15 * MINUTE) {
    if (zoneDateTime(asUtc - offset, zone) === wall) return asUtc - offset;
  }
  return null;
}
