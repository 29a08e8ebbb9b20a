import { alertText } from '@yoban/shared/alerts/alert-text';
import type { Incident } from '@yoban/shared/contracts/incident';
import { detectMs, recoverMs } from '@yoban/shared/contracts/incident-times';
import { zoneDateTime } from '@yoban/shared/zone-time';
import type { CommandContext } from '../command.ts';
import type { Cell } from '../output.ts';

const tags = { critical: '[CRIT]', warning: '[WARN]', info: '[INFO]' } as const;

/** `0.4 s`, `41 s`, `2m 5s`: what times to detect and to recover are told in. */
export function tookText(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

const faultText = ({ fault }: Incident, { lang }: CommandContext): string =>
  alertText({ alertType: fault, params: {}, state: 'open' }, lang).title;

/** One line of the list. */
export function incidentRow(incident: Incident, context: CommandContext): Cell[] {
  const { words, found } = context;
  const { states } = words.incidents;
  const state = incident.falseAlarm ? states.falseAlarm : incident.recoveredAt === null ? states.open : states.ended;
  const when = zoneDateTime(Date.parse(incident.detectedAt), found().kit.displayZone);
  return [
    ...[state, tags[incident.severity], when, incident.service, faultText(incident, context)],
    ...[tookText(detectMs(incident)), tookText(recoverMs(incident)), incident.recoveredBy, incident.id],
  ];
}

/** Everything that is known of one, in the order it happened. */
export function incidentStory(incident: Incident, context: CommandContext): string[] {
  const { words, found } = context;
  const say = words.incidents;
  const zone = found().kit.displayZone;
  const moments: [string, string][] = [
    [incident.detectedAt, `${say.detected}: ${faultText(incident, context)}, ${incident.cause}`],
  ];
  if (incident.alertedAt !== null) moments.push([incident.alertedAt, say.alerted]);
  for (const one of incident.actions) {
    const attempt = one.attempt === null ? '' : say.attempt(one.attempt, one.attemptMax);
    const how = one.ok === null ? say.running : one.ok ? 'ok' : say.failed;
    const took = one.durationMs === null ? '' : `, ${tookText(one.durationMs)}`;
    moments.push([one.startedAt, `${say.action(one.name, attempt)}: ${how}${took}, ${one.by}. ${one.detail}`.trim()]);
  }
  for (const one of incident.phases) {
    if (one.endedAt !== null) moments.push([one.endedAt, `${say.phase(one.name)}${one.late ? `, ${say.late}` : ''}`]);
  }
  if (incident.recoveredAt !== null)
    moments.push([incident.recoveredAt, `${say.recovered}: ${incident.recoveredBy ?? '-'}`]);
  const story = moments
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([at, text]) => `${zoneDateTime(Date.parse(at), zone)}  ${text}`);
  const waiting = incident.phases.filter(({ endedAt }) => endedAt === null);
  return [
    ...story,
    ...waiting.map((one) => `${say.phase(one.name)}: ${say.notYet}${one.late ? `, ${say.late}` : ''}`),
    ...(incident.lastError === null ? [] : [incident.lastError]),
    ...(incident.note === null ? [] : [`${say.note}: ${incident.note}`]),
    ...incident.evidence.map((name) => `${say.evidence}: ${name}`),
    ...incident.reports.map((name) => `${say.report}: ${name}`),
  ];
}
