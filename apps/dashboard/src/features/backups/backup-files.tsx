import type { BackupFile, BackupOverview } from '@yoban/shared/contracts/backup';
import { ColumnTable } from '../../components/column-table.tsx';
import { Command } from '../../components/command.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { ago, bytesText, dayAndTime, fullTime } from '../../lib/format.ts';
import { useLocale, useWords, useZone } from '../../lib/page-context.ts';
import { useNow } from '../../lib/use-now.ts';
import { tierWord } from './tier-word.ts';

const SHA_SHOWN = 12;
const fileName = (path: string) => path.split('/').at(-1) ?? path;

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

/** The good backups of one database, newest first: every file here was verified before it got its name (B3). */
export function BackupFiles({ overview }: { overview: BackupOverview }) {
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
        <ColumnTable
          columns={[words.state, words.tier, words.file, { text: words.size, className: 'r' }, words.made, 'SHA-256']}
        >
          {files.map((file) => (
            <FileRow key={file.id} file={file} />
          ))}
        </ColumnTable>
      )}
      <p className="card-note">
        {words.restoreHint} <code>bin/yoban restore</code>
      </p>
    </section>
  );
}

export function NoBackup({ overview }: { overview: BackupOverview | null }) {
  const words = useWords();
  const zone = useZone();
  return (
    <div className="empty">
      <b>{words.noneYet}</b>
      <span>
        {overview?.next ? words.firstRunAt(dayAndTime(Date.parse(overview.next.at), zone)) : words.makeOneNow}
      </span>
      <Command text={overview ? `bin/yoban backup now --db ${overview.db}` : 'bin/yoban backup now'} />
    </div>
  );
}
