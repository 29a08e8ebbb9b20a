import type { Incident } from '@yoban/shared/contracts/incident';

export interface IncidentFigures {
  open: number;
  /** Median time from detection to recovery; null without an ended incident. */
  medianRecoveryMs: number | null;
  /** Percent of the ended incidents that no person had to end. */
  withoutPersonPercent: number | null;
}

const tookMs = ({ detectedAt, recoveredAt }: Incident): number[] =>
  recoveredAt === null ? [] : [Date.parse(recoveredAt) - Date.parse(detectedAt)];

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 0 && lower !== undefined ? (lower + upper) / 2 : upper;
}

/** What the list says as a whole. */
export function incidentFigures(incidents: readonly Incident[]): IncidentFigures {
  const ended = incidents.filter(({ recoveredAt }) => recoveredAt !== null);
  const byPerson = ended.filter(({ recoveredBy }) => recoveredBy === 'operator').length;
  return {
    open: incidents.length - ended.length,
    medianRecoveryMs: median(ended.flatMap(tookMs)),
    withoutPersonPercent: ended.length === 0 ? null : ((ended.length - byPerson) / ended.length) * 100,
  };
}
