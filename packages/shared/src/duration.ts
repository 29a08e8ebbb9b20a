import { DAY, HOUR, MINUTE, SECOND } from './contracts/time.ts';

const unitMs = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY } as const;

/** Milliseconds of a text such as `500ms`, `10s`, `6h`; null when it is not one (no unit, a sign, a space inside). */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match?.[1] || !match[2]) return null;
  return Number(match[1]) * unitMs[match[2] as keyof typeof unitMs];
}
