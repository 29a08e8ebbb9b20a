import type { BackupFile, BackupOverview } from '@yoban/shared/contracts/backup';
import { Command } from '../../components/command.tsx';
import { PageHead } from '../../components/page-head.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { ago, bytesText, dayAndTime, fullTime } from '../../lib/format.ts';
import { useLocale, useUiConfig, useWords, useZone } from '../../lib/page-context.ts';
import { useBackups } from '../../lib/queries.ts';
import { useNow } from '../../lib/use-now.ts';
import { BackUpNow, usePrimaryBackup } from './backup-now.tsx';
import { tierWord } from './tier-word.ts';

const tiers = ['hourly', 'daily', 'weekly'] as const;
const SHA_SHOWN = 12;

const fileName = (path: string) => path.split('/').at(-1) ?? path;

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
                {words.tierFiles(files)} · {bytesText(overview.bytesByTier[tier] ?? 0)}
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

function FileRow({ file }: { file: BackupFile }) {
  const words = useWords();
  const locale = useLocale();
  const zone = useZone();
  const { serverMs } = useNow();
  const takenAt = Date.parse(file.takenAt);
  return (
    <tr data-testid="backups.file" data-path={file.path} data-sha256={file.sha256}>
      <td>
        <StateMark state="ok" word={words.verified} />
      </td>
      <td className="sub">{tierWord(file.tier, words)}</td>
      <td className="mono main" title={file.path}>
        {fileName(file.path)}
      </td>
      <td className="r sub">{bytesText(file.sizeBytes)}</td>
      <td className="end" title={fullTime(takenAt, zone)}>
        {ago(serverMs - takenAt, locale)}
      </td>
      <td className="sub mono" data-l="SHA-256" title={file.sha256}>
        {file.sha256.slice(0, SHA_SHOWN)}
      </td>
    </tr>
  );
}

function Files({ overview }: { overview: BackupOverview }) {
  const words = useWords();
  const headingId = `files-${overview.db}`;
  const files = overview.files.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt));
  return (
    <section className="card" aria-labelledby={headingId}>
      <header>
        <h2 id={headingId}>{words.files}</h2>
        <span className="mute">{words.filesSum(files.length, bytesText(overview.totalBytes))}</span>
      </header>
      {files.length === 0 ? (
        <NoBackup overview={overview} />
      ) : (
        <div className="scroll">
          <table className="tbl stack">
            <thead>
              <tr>
                <th scope="col">{words.state}</th>
                <th scope="col">{words.tier}</th>
                <th scope="col">{words.file}</th>
                <th scope="col" className="r">
                  {words.size}
                </th>
                <th scope="col">{words.made}</th>
                <th scope="col">SHA-256</th>
              </tr>
            </thead>
            <tbody>
              {files.map((file) => (
                <FileRow key={file.id} file={file} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="card-note">
        {words.restoreHint} <code>bin/yoban restore</code>
      </p>
    </section>
  );
}

function NoBackup({ overview }: { overview: BackupOverview }) {
  const words = useWords();
  const zone = useZone();
  return (
    <div className="empty">
      <b>{words.noneYet}</b>
      <span>{overview.next ? words.firstRunAt(dayAndTime(Date.parse(overview.next.at), zone)) : words.makeOneNow}</span>
      <Command text={`bin/yoban backup now --db ${overview.db}`} />
    </div>
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
      <Files overview={overview} />
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
      {ordered.map((overview, index) => (
        <Database key={overview.db} overview={overview} first={index === 0} />
      ))}
    </>
  );
}
