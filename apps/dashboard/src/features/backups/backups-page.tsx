import type { BackupOverview } from '@yoban/shared/contracts/backup';
import { PageHead } from '../../components/page-head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { bytesText, dayAndTime } from '../../lib/format.ts';
import { useUiConfig, useWords, useZone } from '../../lib/page-context.ts';
import { useBackups } from '../../lib/queries.ts';
import { BackupFiles, NoBackup } from './backup-files.tsx';
import { BackUpNow, usePrimaryBackup } from './backup-now.tsx';
import { tierCountText } from './tier-count.ts';
import { tierWord } from './tier-word.ts';

const tiers = ['hourly', 'daily', 'weekly'] as const;

function Kpis({ overview }: { overview: BackupOverview }) {
  const words = useWords();
  const zone = useZone();
  const { lastRun, next } = overview;
  return (
    <dl className="kpis">
      {tiers.map((tier) => {
        const files = overview.files.filter((file) => file.tier === tier).length;
        const failed = lastRun?.state === 'failed' && lastRun.tier === tier;
        const upcoming = next?.tier === tier ? words.nextAt(dayAndTime(Date.parse(next.at), zone)) : undefined;
        return (
          <div key={tier} data-testid={`backups.tier.${tier}`} data-value={files}>
            <dt>{tierWord(tier, words)}</dt>
            <dd>
              {files}
              <small>
                {tierCountText(files, overview.keepByTier[tier], words)}
                {files > 0 && ` · ${bytesText(overview.bytesByTier[tier] ?? 0)}`}
              </small>
            </dd>
            <dd className="kpi-state">
              {failed ? (
                <StateMark state="error" word={words.failed} pill={false} />
              ) : files > 0 ? (
                <StateMark state="ok" word={upcoming ?? words.verified} />
              ) : (
                <StateMark state="unknown" word={upcoming ?? words.noneYet} pill={false} />
              )}
            </dd>
          </div>
        );
      })}
      <div>
        <dt>{words.inAll}</dt>
        <dd>{bytesText(overview.totalBytes)}</dd>
      </div>
    </dl>
  );
}

function Database({ overview, first }: { overview: BackupOverview; first: boolean }) {
  const words = useWords();
  const zone = useZone();
  const { lastRun } = overview;
  return (
    <>
      {!first && (
        <div className="head">
          <h2>{overview.db}</h2>
          <div className="acts">
            <BackUpNow overview={overview} />
          </div>
        </div>
      )}
      <section className="card" aria-label={overview.db} data-testid="backups.database" data-db={overview.db}>
        <Kpis overview={overview} />
        {lastRun?.state === 'failed' && (
          <p className="card-note is-error">
            {words.lastBackupFailed(tierWord(lastRun.tier, words), dayAndTime(Date.parse(lastRun.endedAt), zone))}{' '}
            {lastRun.message} {lastRun.hint}
          </p>
        )}
      </section>
      <BackupFiles overview={overview} />
    </>
  );
}

export function BackupsPage() {
  const words = useWords();
  const { primary } = useUiConfig();
  const overviews = useBackups();
  const main = usePrimaryBackup(primary);
  const ordered = main && overviews ? [main, ...overviews.filter(({ db }) => db !== main.db)] : [];
  return (
    <>
      <PageHead title={words.backups} about={main?.db} action={<BackUpNow overview={main} primary />} />
      {!overviews && <p className="mute">{words.loading}</p>}
      {overviews?.length === 0 && (
        <section className="card" aria-label={words.backups}>
          <NoBackup overview={null} />
        </section>
      )}
      {ordered.map((overview, index) => (
        <Database key={overview.db} overview={overview} first={index === 0} />
      ))}
    </>
  );
}
