import { alertText } from '@yoban/shared/alerts/alert-text';
import { isAlertType } from '@yoban/shared/alerts/catalogue';
import type { Incident } from '@yoban/shared/contracts/incident';
import { PageHead } from '../../components/page-head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { dayAndTime, duration, fullTime, latencyText, percent } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useIncidents } from '../../lib/queries.ts';
import { useNow } from '../../lib/use-now.ts';
import { incidentFigures } from './incident-figures.ts';

const MINUTE_MS = 60_000;
/** Tenths of a second count under a minute: that is where the goals lie. */
const spanText = (ms: number, locale: Locale): string =>
  ms < MINUTE_MS ? latencyText(ms, locale) : duration(ms, locale, 2);

/** The fault in the reader's language where the catalogue knows it, else as the watchdog put it. */
function causeOf({ fault, cause }: Incident, locale: Locale): string {
  return isAlertType(fault) ? alertText({ alertType: fault, params: {}, state: 'open' }, locale).title : cause;
}

const detailOf = ({ fault, cause, lastError }: Incident): string =>
  [isAlertType(fault) ? cause : null, lastError].filter((text) => text !== null).join(' · ');

function whoEnded({ recoveredBy }: Incident, words: Messages): string {
  if (recoveredBy === null) return '–';
  const names: Record<string, string> = {
    supervisor: words.bySupervisor,
    operator: words.byOperator,
    'by-itself': words.byNobody,
  };
  return names[recoveredBy] ?? recoveredBy;
}

function IncidentRow({ incident, nowMs }: { incident: Incident; nowMs: number }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const beganAt = Date.parse(incident.detectedAt);
  const open = incident.recoveredAt === null;
  const lastedMs = (incident.recoveredAt === null ? nowMs : Date.parse(incident.recoveredAt)) - beganAt;
  const lasted = spanText(lastedMs, locale);
  return (
    <tr data-testid="incidents.item" data-id={incident.id} data-state={open ? 'open' : 'recovered'}>
      <td>
        <StateMark state={open ? 'warn' : 'ok'} word={open ? words.open : words.recovered} pill={false} />
      </td>
      <td className="main wrap">
        {causeOf(incident, locale)} <span className="mute">{detailOf(incident)}</span>
      </td>
      <td className="sub">{incident.service}</td>
      <td className="end" title={fullTime(beganAt, zone)}>
        {dayAndTime(beganAt, zone)}
      </td>
      <td className="r sub" data-l={words.lasted}>
        {lasted}
      </td>
      <td className="sub">{whoEnded(incident, words)}</td>
    </tr>
  );
}

function Figures({ incidents }: { incidents: readonly Incident[] }) {
  const words = useWords();
  const locale = useLocale();
  const { open, medianRecoveryMs, withoutPersonPercent } = incidentFigures(incidents);
  return (
    <section className="card" aria-label={words.incidents}>
      <dl className="kpis">
        <div>
          <dt>{words.openNow}</dt>
          <dd>{open}</dd>
        </div>
        <div>
          <dt>{words.recoveredIn}</dt>
          <dd>{medianRecoveryMs === null ? '–' : spanText(medianRecoveryMs, locale)}</dd>
        </div>
        <div>
          <dt>{words.byItself}</dt>
          <dd>{withoutPersonPercent === null ? '–' : percent(withoutPersonPercent)}</dd>
        </div>
        <div>
          <dt>{words.inList}</dt>
          <dd>{incidents.length}</dd>
        </div>
      </dl>
    </section>
  );
}

function IncidentTable({ incidents }: { incidents: readonly Incident[] }) {
  const words = useWords();
  const { serverMs } = useNow();
  return (
    <div className="scroll">
      <table className="tbl stack">
        <thead>
          <tr>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.cause}</th>
            <th scope="col">{words.service}</th>
            <th scope="col">{words.began}</th>
            <th scope="col" className="r">
              {words.lasted}
            </th>
            <th scope="col">{words.by}</th>
          </tr>
        </thead>
        <tbody>
          {incidents.map((incident) => (
            <IncidentRow key={incident.id} incident={incident} nowMs={serverMs} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function IncidentsPage() {
  const words = useWords();
  const incidents = useIncidents();
  return (
    <>
      <PageHead title={words.incidents} />
      {incidents && <Figures incidents={incidents} />}
      <section className="card" aria-labelledby="incident-list">
        <header>
          <h2 id="incident-list">{words.allIncidents}</h2>
        </header>
        {!incidents && <p className="card-note">{words.loading}</p>}
        {incidents?.length === 0 && (
          <div className="empty">
            <b>{words.noIncidents}</b>
            <span>{words.noIncidentsNote}</span>
          </div>
        )}
        {incidents && incidents.length > 0 && <IncidentTable incidents={incidents} />}
      </section>
    </>
  );
}
