import type { BackupOverview } from '@yoban/shared/contracts/backup';
import type { HealthResponse } from '@yoban/shared/contracts/health';
import { Lead, Panel, Row, Rows, Value } from '../../components/panel.tsx';
import { StateShape } from '../../components/state-mark.tsx';
import {
  ageParts,
  ago,
  databaseSizeText,
  dayAndTime,
  gigabytesText,
  instant,
  nearTime,
  timeOfDay,
} from '../../lib/format.ts';
import { useLocale, useUiConfig, useWords, useZone } from '../../lib/page-context.ts';
import { severityOf, worst } from '../../lib/panel-state.ts';
import { useDay } from '../../lib/use-day.ts';
import { useNightSpans } from '../../lib/use-night-spans.ts';
import { type PanelView, usePanel } from '../../lib/use-panel.ts';
import { backupMarks } from './backup-marks.ts';
import { usePrimaryBackup } from './backup-now.tsx';
import { tierWord } from './tier-word.ts';

type Backups = HealthResponse['checks']['backups'];

const DAY_MS = 86_400_000;

/** The day's backups as stems; a failed one has the shape of an error. */
function Marks({ overview }: { overview: BackupOverview | null }) {
  const words = useWords();
  const { window } = useDay();
  const night = useNightSpans(window);
  const marks = overview ? backupMarks(overview, window) : [];
  const good = marks.filter(({ state }) => state === 'ok').length;
  const caption = marks.length === 0 ? words.noneIn24h : words.ofVerified(good, marks.length);
  return (
    <figure className="spark">
      <div className="marks" role="img" aria-label={`${words.backups}, ${words.hours24}: ${caption}`}>
        <span className="nights">
          {night.map(({ from, to }) => (
            <i key={from} className="night-span" style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }} />
          ))}
        </span>
        {marks.map(({ id, at, tall, state }) => (
          <span
            key={id}
            className={`tick is-${state}${tall ? ' day' : ''}`}
            style={{ left: `calc(5px + ${at.toFixed(4)} * (100% - 10px))` }}
          >
            <StateShape shape={state} />
          </span>
        ))}
      </div>
      <figcaption className="cap">
        <span>{words.hours24}</span>
        <span>{caption}</span>
      </figcaption>
    </figure>
  );
}

/** The newest good backup. When the last run failed, its time is not the good one's: then the verified file counts. */
const lastGoodAt = ({ last_ok: ok, last_at: at, verified_at: verified }: Backups): string =>
  ok === false ? verified : at;

function LastGood({ view, overview }: { view: PanelView; overview: BackupOverview | null }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { backups } = view.health.checks;
  const goodMs = instant(lastGoodAt(backups));
  const runMs = instant(backups.last_at);
  const age = goodMs === null ? null : ageParts(view.nowMs - goodMs, locale);
  return (
    <Lead
      label={words.lastGood}
      value={
        <Value id="backups.last_at" raw={goodMs === null ? null : lastGoodAt(backups)} bad={backups.last_ok === false}>
          {age?.value}
        </Value>
      }
      unit={age === null ? '' : locale === 'ja' ? `${age.unit}前` : `${age.unit} ago`}
      note={
        backups.last_ok === false && runMs !== null ? (
          <span className="bad">{words.lastRunFailed(nearTime(runMs, view.nowMs, zone))}</span>
        ) : (
          <VerifiedAt view={view} />
        )
      }
      lastValue={goodMs === null ? null : dayAndTime(goodMs, zone)}
      chart={<Marks overview={overview} />}
    />
  );
}

function VerifiedAt({ view }: { view: PanelView }) {
  const words = useWords();
  const zone = useZone();
  const { verified_at: at } = view.health.checks.backups;
  const verifiedMs = instant(at);
  return (
    <span data-testid="backups.verified_at" data-value={at}>
      {verifiedMs === null ? words.never : words.verifiedAt(nearTime(verifiedMs, view.nowMs, zone))}
    </span>
  );
}

function DatabaseRow({ view }: { view: PanelView }) {
  const words = useWords();
  const { backups, database } = view.health.checks;
  const sizeMb = database.configured && database.status === 'ok' ? database.size_mb : backups.db_size_mb;
  const damaged = database.configured && !database.stale && database.status === 'error';
  return (
    <Row label={words.database} note={!damaged && database.integrity === 'unknown' ? words.integrityUnknown : ''}>
      <Value id="backups.db_size_mb" raw={sizeMb}>
        {databaseSizeText(sizeMb ?? 0)}
      </Value>
      {damaged && (
        <span className="state is-error tag" data-testid="database.status" data-value={database.status}>
          <StateShape shape="error" />
          {words.damaged}
        </span>
      )}
    </Row>
  );
}

function sourceOf({ backups, database }: HealthResponse['checks']) {
  const damaged = database.configured && !database.stale && database.status === 'error';
  return {
    severity: worst(severityOf(backups.status), damaged ? 'error' : 'ok'),
    stale: backups.stale,
    // The worker speaks when something changes: its silence is no age as long as no run is overdue.
    ageS: backups.stale ? backups.age_s : 0,
  };
}

export function BackupsPanel() {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { primary } = useUiConfig();
  const overview = usePrimaryBackup(primary);
  const view = usePanel('backups', sourceOf);
  if (!view) return null;
  const { backups, system } = view.health.checks;
  const drillMs = instant(backups.last_drill_at);
  const nextMs = instant(backups.next_at);
  const nextText = (ms: number) => (ms - view.nowMs < DAY_MS ? timeOfDay(ms, zone) : dayAndTime(ms, zone));
  const lastWord = backups.last_ok === null ? '' : backups.last_ok ? words.ok : words.failed;
  return (
    <Panel id="backups" title={words.backups} state={view.state} freshness={view.freshness} href="/backups">
      <LastGood view={view} overview={overview} />
      <span className="sr">
        <Value id="backups.last_ok" raw={backups.last_ok}>
          {lastWord}
        </Value>
      </span>
      <Rows>
        <Row label={words.drill}>
          <span data-testid="backups.last_drill_at" data-value={backups.last_drill_at}>
            {drillMs === null ? words.notYet : ago(view.nowMs - drillMs, locale)}
          </span>
        </Row>
        <Row label={words.next} note={nextMs === null ? '' : tierWord(backups.next_tier, words).toLowerCase()}>
          <Value id="backups.next_at" raw={nextMs === null ? null : backups.next_at}>
            {nextMs === null ? '' : nextText(nextMs)}
          </Value>
        </Row>
        <DatabaseRow view={view} />
        <Row label={words.diskFree}>
          <Value id="backups.disk_free_gb" raw={system.disk_free_gb}>
            {gigabytesText(system.disk_free_gb ?? 0)}
          </Value>
        </Row>
      </Rows>
    </Panel>
  );
}
