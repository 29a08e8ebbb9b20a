import { OpsError } from '@yoban/shared/errors';
import { zoneWallTime } from '@yoban/shared/zone-time';

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
  const at = day && minute ? zoneWallTime(`${day} ${minute}:${second}`, zone) : null;
  if (at !== null) return at;
  throw new OpsError('USAGE', `"${text}" is not a time`, {
    hint: `Write 2026-03-11 15:30 (in ${zone}) or 2026-03-11T15:30:00+09:00.`,
  });
}
