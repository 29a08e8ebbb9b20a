import { createHash } from 'node:crypto';
import { type AlertEvent, type AlertJob, alertJobEventsMax } from '../contracts/alert.ts';

/** A job of queue `alert-event`, with its deterministic id. */
export interface NamedAlertJob {
  jobId: string;
  payload: AlertJob;
}

/**
 * As few jobs as may be for events that came together. INFOs travel apart: with a raise in their job they would be as urgent as that
 * is. The order of the others among themselves, and that of the INFOs, is kept.
 */
export function alertJobs(events: readonly AlertEvent[]): NamedAlertJob[] {
  const [infos, others] = [events.filter(isInfo), events.filter((event) => !isInfo(event))];
  return [...bundled(others), ...bundled(infos)];
}

const isInfo = ({ kind }: AlertEvent): boolean => kind === 'info';

function bundled(events: readonly AlertEvent[]): NamedAlertJob[] {
  const jobs: NamedAlertJob[] = [];
  for (let at = 0; at < events.length; at += alertJobEventsMax) {
    const some = events.slice(at, at + alertJobEventsMax);
    const [first] = some;
    if (first === undefined) continue;
    if (some.length === 1) jobs.push({ jobId: first.id, payload: first });
    else jobs.push({ jobId: bundleId(some), payload: { events: some } });
  }
  return jobs;
}

/** The same events make the same job, so that a request that is sent again is one job. */
function bundleId(events: readonly AlertEvent[]): string {
  const hash = createHash('sha256');
  for (const { id } of events) hash.update(id).update('\n');
  return `bundle-${hash.digest('hex').slice(0, 40)}`;
}
