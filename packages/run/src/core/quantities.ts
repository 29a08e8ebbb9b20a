const unitMs = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);
const unitBytes = new Map([
  ['K', 2 ** 10],
  ['M', 2 ** 20],
  ['G', 2 ** 30],
]);

/** Milliseconds of `500ms`, `60s`, `2m`, `1h`; null for anything else. */
export const parseTime = (text: string): number | null => quantity(text, /^(\d+(?:\.\d+)?)(ms|s|m|h)$/, unitMs);

/** Bytes of `512M`, `64K`, `1G`, units of 1024; null for anything else. */
export const parseSize = (text: string): number | null => quantity(text, /^(\d+(?:\.\d+)?)([KMG])B?$/i, unitBytes);

function quantity(text: string, form: RegExp, units: ReadonlyMap<string, number>): number | null {
  const [, number, unit = ''] = form.exec(text) ?? [];
  const factor = units.get(unit) ?? units.get(unit.toUpperCase());
  return number === undefined || factor === undefined ? null : Math.round(Number(number) * factor);
}

/** A whole number from 0; null for anything else. */
export const parseCount = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);
