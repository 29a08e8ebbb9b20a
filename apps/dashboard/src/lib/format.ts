import { DAY, HOUR, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import type { Locale } from '../i18n/messages.ts';

export interface DurationUnits {
  day: string;
  hour: string;
  minute: string;
  second: string;
  /** Between number and unit, and between parts: English spaces them, Japanese does not. */
  gap: string;
}

const englishUnits: DurationUnits = { day: 'd', hour: 'h', minute: 'm', second: 's', gap: '\u00a0' };
const japaneseUnits: DurationUnits = { day: '日', hour: '時間', minute: '分', second: '秒', gap: '' };
const unitsOf = (locale: Locale) => (locale === 'ja' ? japaneseUnits : englishUnits);

/** `3 d 14 h 22 m` or `3日14時間22分`: the `parts` largest units, seconds only under an hour. Negative counts as zero. */
export function duration(ms: number, locale: Locale, parts: number): string {
  const units = unitsOf(locale);
  const left = Math.max(0, Math.floor(ms / SECOND));
  const values: [number, string][] = [
    [Math.floor(left / 86_400), units.day],
    [Math.floor(left / 3_600) % 24, units.hour],
    [Math.floor(left / 60) % 60, units.minute],
    [left % 60, units.second],
  ];
  const first = values.findIndex(([value]) => value > 0);
  if (first === -1) return `0${units.gap}${units.second}`;
  const shown = values.slice(first, first + parts).filter(([value], index) => index === 0 || value > 0);
  const withoutSeconds = first < 2 ? shown.filter(([, unit]) => unit !== units.second) : shown;
  return withoutSeconds.map(([value, unit]) => `${value}${units.gap}${unit}`).join(units.gap === '' ? '' : ' ');
}

/** A duration as number and unit of its largest part, for the big figure of a panel: `{value: '30', unit: 'min'}`. */
export function ageParts(ms: number, locale: Locale): { value: string; unit: string } {
  const age = Math.max(0, ms);
  const words = locale === 'ja' ? ['秒', '分', '時間', '日'] : ['s', 'min', 'h', age >= 2 * DAY ? 'days' : 'day'];
  const steps = [SECOND, MINUTE, HOUR, DAY];
  const index = age < MINUTE ? 0 : age < HOUR ? 1 : age < DAY ? 2 : 3;
  return { value: String(Math.floor(age / (steps[index] ?? SECOND))), unit: words[index] ?? '' };
}

/** `30 min ago`, `30分前`. */
export function ago(ms: number, locale: Locale): string {
  const { value, unit } = ageParts(ms, locale);
  return locale === 'ja' ? `${value}${unit}前` : `${value}\u00a0${unit} ago`;
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
/** `3,500`; the same grouping in both languages. */
export const count = (value: number): string => grouped.format(value);

/** One decimal, without a useless `.0`: `8.2`, `15.3`, `10`. */
export const oneDecimal = (value: number): string => String(Math.round(value * 10) / 10);

export const percent = (value: number): string => `${oneDecimal(value)}%`;

/** A share that may not be rounded up to 100 %: 99.996 is `99.99%`. */
export const share = (value: number): string => `${Math.floor(value * 100) / 100}%`;

export const yen = (value: number): string => `¥${grouped.format(value)}`;

/** Megabytes as number and unit: under 10 one decimal, from 1024 on in GB, under 0.1 in kB. */
export function megabytes(mb: number): { value: string; unit: 'kB' | 'MB' | 'GB' } {
  if (mb >= 1024) return { value: oneDecimal(mb / 1024), unit: 'GB' };
  if (mb > 0 && mb < 0.1) return { value: String(Math.max(1, Math.round(mb * 1024))), unit: 'kB' };
  return { value: mb < 100 ? oneDecimal(mb) : String(Math.round(mb)), unit: 'MB' };
}

const joined = ({ value, unit }: { value: string; unit: string }) => `${value}\u00a0${unit}`;
export const megabytesText = (mb: number): string => joined(megabytes(mb));
/** Size of a database, which the server gives in hundredths of a megabyte: a young one is small, not empty. */
export const databaseSizeText = (mb: number): string => (mb === 0 ? '<\u00a010\u00a0kB' : megabytesText(mb));
export const bytesText = (bytes: number): string => megabytesText(bytes / 1024 / 1024);
const gigabytes = (gb: number): string => (gb < 10 ? oneDecimal(gb) : String(Math.round(gb)));
export const gigabytesText = (gb: number): string => `${gigabytes(gb)}\u00a0GB`;
/** `22 / 64 GB`. */
export const gigabytesOf = (used: number, total: number): string => `${gigabytes(used)} / ${gigabytesText(total)}`;

/** Milliseconds of one answer as number and unit: `820 ms`, `1.2 s`, `1.2秒`. */
export function latency(ms: number, locale: Locale): { value: string; unit: string } {
  if (ms < 1000) return { value: String(Math.round(ms)), unit: 'ms' };
  return { value: oneDecimal(ms / 1000), unit: locale === 'ja' ? '秒' : 's' };
}

export function latencyText(ms: number, locale: Locale): string {
  const { value, unit } = latency(ms, locale);
  return unit === '秒' ? `${value}秒` : `${value}\u00a0${unit}`;
}

/** `MM-DD HH:MM` of an instant in the zone. */
export const dayAndTime = (epochMs: number, zone: string): string => zoneDateTime(epochMs, zone).slice(5, 16);
/** `HH:MM`. */
export const timeOfDay = (epochMs: number, zone: string): string => zoneDateTime(epochMs, zone).slice(11, 16);
/** `HH:MM:SS`. */
const timeWithSeconds = (epochMs: number, zone: string): string => zoneDateTime(epochMs, zone).slice(11, 19);
/** `HH:MM:SS` within a day of now, else `MM-DD HH:MM`: a time alone must not be read as today's. */
export const nearTime = (epochMs: number, nowMs: number, zone: string): string =>
  Math.abs(nowMs - epochMs) < DAY ? timeWithSeconds(epochMs, zone) : dayAndTime(epochMs, zone);
/** `HH:MM:SS JST`: the zone's common name, the same letters in both languages. */
export const timeWithZone = (epochMs: number, zone: string): string =>
  `${timeWithSeconds(epochMs, zone)}\u00a0${zoneName(epochMs, zone)}`;
/** `YYYY-MM-DD HH:MM:SS JST`, for hover texts. */
export const fullTime = (epochMs: number, zone: string): string =>
  `${zoneDateTime(epochMs, zone)} ${zoneName(epochMs, zone)}`;

/** Epoch ms of a wire time; null for the empty text that means "never". */
export const instant = (iso: string | null | undefined): number | null => (iso ? Date.parse(iso) : null);
