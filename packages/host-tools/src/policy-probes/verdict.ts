import type { Finding } from './policy-probe.ts';

/** What a probe makes of what it saw; time and duration are added by its frame. */
export interface Verdict {
  is: 'good' | 'bad' | 'unknown';
  detail: string;
  value?: number | null;
  unit?: Finding['unit'];
}

type Measured = Pick<Verdict, 'value' | 'unit'>;

export const good = (detail: string, measured: Measured = {}): Verdict => ({ is: 'good', detail, ...measured });
export const bad = (detail: string, measured: Measured = {}): Verdict => ({ is: 'bad', detail, ...measured });
/** Neither: a tool is missing, somebody is not to be asked, there is not enough to judge by. */
export const unknown = (detail: string, measured: Measured = {}): Verdict => ({ is: 'unknown', detail, ...measured });

/** A limit in the words of an operator: 500 ms, 10 s, 2 min, 6 h, 14 d. */
export function inWords(ms: number): string {
  const units: [number, string][] = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ];
  const [size, name] = units.find(([one]) => ms >= one) ?? [1, 'ms'];
  return `${Math.round((ms / size) * 10) / 10} ${name}`;
}
