import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { zoneDateTime } from '@yoban/shared/zone-time';

/** A stretch of a window, both ends as a fraction of it. */
export interface Span {
  from: number;
  to: number;
}

const STEP_MS = 10 * MINUTE;
const hourOf = (epochMs: number, zone: string) => Number(zoneDateTime(epochMs, zone).slice(11, 13));
const isNight = (epochMs: number, zone: string) => {
  const hour = hourOf(epochMs, zone);
  return hour >= 18 || hour < 6;
};

/** Where it is night (18:00-06:00 by the zone's wall clock) between two instants. Summer time moves the edges with the clock. */
export function nightSpans(fromMs: number, toMs: number, zone: string): Span[] {
  const spans: Span[] = [];
  const fraction = (ms: number) => (ms - fromMs) / (toMs - fromMs);
  for (let at = fromMs; at < toMs; at = nextStep(at)) {
    if (!isNight(at, zone)) continue;
    const end = Math.min(nextStep(at), toMs);
    const last = spans.at(-1);
    if (last && Math.abs(last.to - fraction(at)) < 1e-9) last.to = fraction(end);
    else spans.push({ from: fraction(at), to: fraction(end) });
  }
  return spans;
}

const nextStep = (ms: number) => (Math.floor(ms / STEP_MS) + 1) * STEP_MS;

/** The round three-hour marks of the wall clock between two instants, each with its place in the window. */
export function hourTicks(fromMs: number, toMs: number, zone: string): { at: number; label: string; major: boolean }[] {
  const ticks: { at: number; label: string; major: boolean }[] = [];
  for (let ms = Math.ceil(fromMs / (HOUR / 2)) * (HOUR / 2); ms < toMs; ms += HOUR / 2) {
    const label = zoneDateTime(ms, zone).slice(11, 16);
    const hour = Number(label.slice(0, 2));
    if (!label.endsWith(':00') || hour % 3 !== 0) continue;
    ticks.push({ at: (ms - fromMs) / (toMs - fromMs), label, major: hour % 6 === 0 });
  }
  return ticks;
}
