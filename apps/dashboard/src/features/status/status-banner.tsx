import { alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { HOUR } from '@yoban/shared/contracts/time';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { StateShape } from '../../components/state-mark.tsx';
import { dayAndTime, duration, instant, nearTime, share } from '../../lib/format.ts';
import { useLocale, useUiConfig, useWords, useZone } from '../../lib/page-context.ts';
import { severityOf } from '../../lib/panel-state.ts';
import { useAlerts, useSeries } from '../../lib/queries.ts';
import { useDay } from '../../lib/use-day.ts';
import type { PanelView } from '../../lib/use-panel.ts';
import { Acknowledge, AcknowledgedBy } from './acknowledge.tsx';
import { useStatusView } from './use-status-view.ts';
import { byGravity, reasonSentences, verdictSentence } from './verdict.ts';
import { WatchLane } from './watch-lane.tsx';
import { availabilityOf, type WatchSegment, watchSegments } from './watch-segments.ts';

/** The critical alert that the banner speaks of: one that nobody looks after goes before those that somebody does. */
function openProblem(alerts: readonly AlertRecord[]): AlertRecord | undefined {
  const critical = alerts.filter(({ level }) => level === 'critical');
  return critical.find(({ state }) => state === 'open') ?? critical.find(({ state }) => state === 'acked');
}
const lastResolved = (alerts: readonly AlertRecord[]) =>
  alerts.find(({ state, level }) => state === 'resolved' && level !== 'info');

/** Since when and for how long, what else is wrong, the last error. */
function Why({ view, who }: { view: PanelView; who: string }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const alerts = useAlerts() ?? [];
  const { health, nowMs } = view;
  if (health.status === 'healthy') return <LastTrouble alerts={alerts} />;
  const [gravest, ...others] = byGravity(health.reasons);
  const since = instant(gravest?.since);
  const lastError = openProblem(alerts)?.lastError ?? null;
  const { restart_count: restarts, restarts_left: left } = health.checks.process;
  const told = [
    since !== null &&
      words.sinceFor(duration(nowMs - since, locale, nowMs - since < HOUR ? 1 : 2), nearTime(since, nowMs, zone)),
    lastError !== null && words.lastError(lastError.replace(/[.。]$/, '')),
    severityOf(health.checks.process.status) === 'error' && left !== null && words.restarted(restarts, left),
  ].filter((text): text is string => Boolean(text));
  return (
    <>
      <p>{told.join(locale === 'ja' ? '' : ' ')}</p>
      {others.length > 0 && <p>{words.alsoWrong(reasonSentences(others, words, who, locale))}</p>}
    </>
  );
}

function LastTrouble({ alerts }: { alerts: readonly AlertRecord[] }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const trouble = lastResolved(alerts);
  const endedAt = instant(trouble?.resolvedAt);
  if (!trouble || endedAt === null) return <p>{words.noTrouble}</p>;
  const beganAt = Date.parse(trouble.raisedAt);
  const { title } = alertText(trouble, locale);
  return <p>{words.lastTrouble(title, dayAndTime(beganAt, zone), duration(endedAt - beganAt, locale, 2))}</p>;
}

function Facts({ view, segments }: { view: PanelView; segments: readonly WatchSegment[] }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const seconds = view.health.uptime_seconds;
  const uptimeMs = seconds > 0 ? seconds * 1000 + view.elapsedMs : 0;
  const startedAt = view.nowMs - uptimeMs;
  // Zero is a fact only of a process that was seen to be down; of one never seen nothing is known.
  const isDown = view.health.checks.process.status === 'error';
  const inContact = view.freshness.kind !== 'unknown';
  const known = inContact && (seconds > 0 || isDown);
  const availability = availabilityOf(segments);
  // Without contact the newest bucket would go on counting as it was last seen.
  const availablePercent = inContact ? availability.availablePercent : null;
  return (
    <dl className="facts">
      <div>
        <dt>{words.uptime}</dt>
        <dd>
          <span data-testid="uptime" data-value={Math.floor(uptimeMs / 1000)}>
            {known ? duration(uptimeMs, locale, 2) : '–'}
          </span>
          <small>{known && uptimeMs > 0 ? words.sinceTime(nearTime(startedAt, view.nowMs, zone)) : '\u00a0'}</small>
        </dd>
      </div>
      <div>
        <dt title={words.available24hHow}>{words.available24h}</dt>
        <dd>
          <span data-testid="availability" data-value={availablePercent ?? ''}>
            {availablePercent === null ? '–' : share(availablePercent)}
          </span>
          <small>{inContact ? words.noDataShare(share(availability.noDataPercent)) : '\u00a0'}</small>
        </dd>
      </div>
    </dl>
  );
}

/** "Unhealthy. ailife is not running." or, without contact, that nothing is known and what was last known. */
function Verdict({ view, who }: { view: PanelView; who: string }): ReactNode {
  const words = useWords();
  const locale = useLocale();
  const stop = locale === 'ja' ? '。' : '. ';
  if (view.freshness.kind !== 'fresh') {
    return (
      <p className="verdict">
        <b>{words[view.freshness.kind] + stop}</b>
        {words.noContact(duration(view.elapsedMs, locale, 1))}
      </p>
    );
  }
  return (
    <p className="verdict">
      <b>{words[view.health.status] + stop}</b>
      {verdictSentence(view.health, words, who)}
    </p>
  );
}

/** The answer to "is it all right?": one shape, one sentence, since when, and the day behind it. */
export function StatusBanner() {
  const words = useWords();
  const { displayName } = useUiConfig();
  const day = useDay();
  const series = useSeries();
  const problem = openProblem(useAlerts() ?? []);
  const view = useStatusView();
  if (!view) return null;
  const segments = watchSegments(
    { stepS: series?.stepS ?? 600, times: series?.times ?? [], values: series?.columns.state ?? [] },
    day.window,
  );
  const tone = view.state === 'stale' ? 'unknown' : view.state;
  return (
    <section
      className={`status is-${tone}`}
      aria-label={words.systemStatus}
      data-testid="status"
      data-value={view.health.status}
      data-state={view.state}
    >
      <div className="say">
        <StateShape shape={view.state} px={36} className="big" />
        <div className="body">
          <Verdict view={view} who={displayName} />
          <div className="why">
            {view.freshness.kind === 'fresh' ? (
              <Why view={view} who={displayName} />
            ) : (
              <p>{words.lastKnown(words[view.health.status])}</p>
            )}
          </div>
          {problem && (
            <div className="acts">
              {/* A press that takes one over must not be carried to the next by the same button. */}
              {problem.state === 'open' ? (
                <Acknowledge key={problem.id} alert={problem} />
              ) : (
                <AcknowledgedBy alert={problem} />
              )}
              <Link className="btn" href="/incidents">
                {words.openIncident}
              </Link>
            </div>
          )}
        </div>
        <Facts view={view} segments={segments} />
      </div>
      <WatchLane segments={segments} window={day.window} />
    </section>
  );
}
