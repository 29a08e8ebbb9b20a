/** Zones whose common name `Intl` does not give in every language; A2 asks for the letters. */
const commonNames: Record<string, string> = { 'Asia/Tokyo': 'JST', UTC: 'UTC', 'Etc/UTC': 'UTC' };

const formats = new Map<string, Intl.DateTimeFormat>();

/** The second that was asked for last, by zone: a storm asks for the same one thousands of times. */
const newest = new Map<string, { second: number; parts: Record<string, string> }>();

function partsOf(epochMs: number, zone: string): Record<string, string> {
  const second = Math.floor(epochMs / 1_000);
  const known = newest.get(zone);
  if (known?.second === second) return known.parts;
  const parts = freshPartsOf(epochMs, zone);
  newest.set(zone, { second, parts });
  return parts;
}

function freshPartsOf(epochMs: number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      timeZoneName: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(epochMs).map((part) => [part.type, part.value]));
}

/** The zone's common name at that moment, such as `JST`; the same letters in every language (A2). */
export function zoneName(epochMs: number, zone: string): string {
  return commonNames[zone] ?? partsOf(epochMs, zone).timeZoneName ?? zone;
}

/** `2026-03-11 15:30:00`, wall time in the zone. */
export function zoneDateTime(epochMs: number, zone: string): string {
  const p = partsOf(epochMs, zone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/** `20260311_153000`, the stamp in backup and set-aside file names (B4). */
export function zoneStamp(epochMs: number, zone: string): string {
  const p = partsOf(epochMs, zone);
  return `${p.year}${p.month}${p.day}_${p.hour}${p.minute}${p.second}`;
}

/** Epoch ms of the last midnight at or before `epochMs` in the zone: where "today" begins (H3). */
export function zoneMidnight(epochMs: number, zone: string): number {
  const day = zoneDateTime(epochMs, zone).slice(0, 10);
  const p = partsOf(epochMs, zone);
  const sinceMidnight = (Number(p.hour) * 3600 + Number(p.minute) * 60 + Number(p.second)) * 1000 + (epochMs % 1000);
  const guess = epochMs - sinceMidnight;
  // A change of summer time between midnight and now moves the guess by an hour.
  for (const shiftMs of [0, 3_600_000, -3_600_000]) {
    const text = zoneDateTime(guess + shiftMs, zone);
    if (text === `${day} 00:00:00`) return guess + shiftMs;
  }
  return guess;
}

/**
 * Epoch ms of `2026-03-11 15:30:00`, wall time in the zone; null for one that does not exist: month 13, or the hour that spring
 * leaves out. Of an hour that autumn repeats it is the earlier.
 */
export function zoneWallTime(wall: string, zone: string): number | null {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}Z`);
  if (Number.isNaN(asUtc)) return null;
  // Offsets run from -12:00 to +14:00 in steps of 15 minutes; the greatest offset gives the earliest moment.
  for (let quarters = 14 * 4; quarters >= -12 * 4; quarters -= 1) {
    const epochMs = asUtc - quarters * 900_000;
    if (zoneDateTime(epochMs, zone) === wall) return epochMs;
  }
  return null;
}
