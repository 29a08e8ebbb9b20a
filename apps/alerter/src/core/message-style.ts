import type { Locale } from '@yoban/shared/config/fields';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';

/** Language and zone of a channel's readers. */
export interface MessageStyle {
  locale: Locale;
  zone: string;
  /** Display names of services; a service without one is called by its name. */
  displayNames: Readonly<Record<string, string>>;
}

/** `2026-03-11 15:30:00 JST`, the frame's own form of a moment (A2). */
export const timeText = (at: number, zone: string): string => `${zoneDateTime(at, zone)} ${zoneName(at, zone)}`;
/** `15:30:00`. */
export const clockText = (at: number, zone: string): string => zoneDateTime(at, zone).slice(11);
/** `15:30`. */
export const minuteText = (at: number, zone: string): string => zoneDateTime(at, zone).slice(11, 16);

/** A span as people say it: `15:30` and `15:44` of one day, with the date where it goes over midnight. */
export function spanText(from: number, to: number, zone: string): { from: string; to: string } {
  const [first, last] = [zoneDateTime(from, zone), zoneDateTime(to, zone)];
  const sameDay = first.slice(0, 10) === last.slice(0, 10);
  const shown = (text: string) => text.slice(sameDay ? 11 : 5, 16);
  return { from: shown(first), to: shown(last) };
}

/** Text from outside must not make lines of its own: a forged `[RECOVERED]` line would look like ours. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export const displayName = (service: string, { displayNames }: MessageStyle): string =>
  oneLine(displayNames[service] ?? service);
