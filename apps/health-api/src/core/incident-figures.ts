import type { Incident } from '@yoban/shared/contracts/incident';
import type { IncidentFigures } from '@yoban/shared/contracts/incident-figures';
import { detectMs, recoverMs } from '@yoban/shared/contracts/incident-times';

/** Figures of all services together, then of each that has an incident here, by name. */
export function incidentFigures(incidents: readonly Incident[]): IncidentFigures[] {
  const roots = incidents.filter((one) => one.parentId === null);
  const services = [...new Set(roots.map((one) => one.service))].toSorted((a, b) => a.localeCompare(b));
  return [
    figuresOf(null, roots),
    ...services.map((service) =>
      figuresOf(
        service,
        roots.filter((one) => one.service === service),
      ),
    ),
  ];
}

function figuresOf(service: string | null, incidents: readonly Incident[]): IncidentFigures {
  const real = incidents.filter((one) => !one.falseAlarm);
  const falseAlarms = incidents.length - real.length;
  const ended = real.filter((one) => one.recoveredAt !== null);
  const automatic = ended.filter((one) => one.recoveredBy !== 'operator').length;
  return {
    service,
    incidents: incidents.length,
    open: real.length - ended.length,
    falseAlarms,
    falseAlarmPercent: percentOf(falseAlarms, incidents.length),
    detect: timesOf(real.map(detectMs)),
    recover: timesOf(ended.map(recoverMs)),
    ended: ended.length,
    automatic,
    automaticPercent: percentOf(automatic, ended.length),
  };
}

const percentOf = (part: number, whole: number): number | null => (whole === 0 ? null : (part / whole) * 100);

function timesOf(times: readonly (number | null)[]): IncidentFigures['detect'] {
  const known = times.filter((ms) => ms !== null).toSorted((a, b) => a - b);
  const sum = known.reduce((total, ms) => total + ms, 0);
  return { known: known.length, meanMs: known.length === 0 ? null : sum / known.length, medianMs: medianOf(known) };
}

function medianOf(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 0 ? sorted[sorted.length / 2 - 1] : upper;
  return ((lower ?? upper) + upper) / 2;
}
