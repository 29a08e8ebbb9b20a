import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { snapshot as takeSnapshot } from '@yoban/sqlite-tools/snapshot';
import { verifyAndPack } from '@yoban/sqlite-tools/verify-and-pack';
import { type Proof, type ProofRow, plainRow, ratioRow } from '../harness/proof.ts';
import { median, percentile, spread } from '../harness/stats.ts';
import { fillDatabase } from './fill-database.ts';
import { type Commit, startPacedWriter } from './paced-writer.ts';

const fullSizeMb = 400;
const shortSizeMb = 60;
const fullRunSeconds = 300;
const writeEveryMs = 5;
const settleMs = 1_500;

async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Ours and the peer by turns, so that a slow minute of the machine hits both. */
async function alternate(rounds: number, ours: () => Promise<number>, peer: () => Promise<number>) {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.ours.push(await ours());
    times.peer.push(await peer());
  }
  return times;
}

const shell = (script: string, ...args: string[]) =>
  execFileSync('bash', ['-euc', script, 'bash', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });

/** A consistent copy while the app writes, against `cp` and `sync` of the same file (which is not consistent). */
async function copyRow(db: string, dir: string, rounds: number): Promise<ProofRow> {
  const target = path.join(dir, 'copy.sqlite');
  const writer = await startPacedWriter(db, writeEveryMs);
  const fresh = () => rmSync(target, { force: true });
  const times = await alternate(
    rounds,
    async () => {
      fresh();
      return timed(() => takeSnapshot({ source: db, target }));
    },
    async () => {
      fresh();
      return timed(() => shell('cp "$1" "$2" && sync "$2"', db, target));
    },
  );
  await writer.stop();
  fresh();
  return ratioRow({
    id: 'copy',
    what: 'consistent copy under writes, ms; peer cp && sync',
    ours: median(times.ours),
    peer: median(times.peer),
    atMost: 1.3,
    note: `ours ${spread(times.ours)}; peer ${spread(times.peer)}`,
  });
}

/** What is often run from cron with the sqlite3 shell alone: checkpoint, .backup, integrity_check, gzip. */
const shellPipeline =
  'sqlite3 "$1" "PRAGMA wal_checkpoint(TRUNCATE);"; sqlite3 "$1" ".backup $2"; [ "$(sqlite3 "$2" "PRAGMA integrity_check;")" = ok ]; gzip "$2"';

async function weeklyRows(db: string, dir: string, rounds: number): Promise<ProofRow[]> {
  const copy = path.join(dir, 'weekly.sqlite');
  const ourGz = `${copy}.gz`;
  const theirs = path.join(dir, 'shell.sqlite');
  const times = await alternate(
    rounds,
    async () => {
      rmSync(ourGz, { force: true });
      const ms = await timed(async () => {
        await takeSnapshot({ source: db, target: copy, durable: false });
        await verifyAndPack({ source: copy, target: ourGz, subject: db, requiredTables: ['memories'] });
      });
      rmSync(copy);
      return ms;
    },
    async () => {
      rmSync(`${theirs}.gz`, { force: true });
      return timed(() => shell(shellPipeline, db, theirs));
    },
  );
  return [
    ratioRow({
      id: 'weekly',
      what: 'verified weekly .gz, ms; peer the sqlite3 shell: wal_checkpoint, .backup, integrity_check, then gzip',
      ours: median(times.ours),
      peer: median(times.peer),
      atMost: 0.2857,
      note: `ours ${spread(times.ours)}; peer ${spread(times.peer)}`,
    }),
    ratioRow({
      id: 'weekly-size',
      what: 'its size, bytes',
      ours: statSync(ourGz).size,
      peer: statSync(`${theirs}.gz`).size,
      atMost: 1,
    }),
  ];
}

/** The app's commits while a copy runs against its commits just before: pairs, so that drift of the disk falls out. */
async function impactRows(db: string, dir: string, rounds: number): Promise<ProofRow[]> {
  const target = path.join(dir, 'impact.sqlite');
  const writer = await startPacedWriter(db, writeEveryMs);
  const windows: { from: number; to: number }[] = [];
  const now = () => performance.timeOrigin + performance.now();
  let copyMs = 0;
  for (let round = 0; round < rounds; round++) {
    await sleep(settleMs + copyMs);
    const from = now();
    copyMs = await timed(() => takeSnapshot({ source: db, target }));
    windows.push({ from, to: now() });
    rmSync(target);
  }
  const commits = await writer.stop();
  const during = commits.filter(({ at }) => windows.some((w) => at >= w.from && at <= w.to));
  const without = commits.filter(({ at }) =>
    windows.some((w) => at < w.from && at >= w.from - Math.max(settleMs, w.to - w.from)),
  );
  const ms = (list: Commit[], share: number) =>
    percentile(
      list.map((one) => one.ms),
      share,
    );
  const note = `${during.length} commits during, ${without.length} without`;
  return [
    ratioRow({
      id: 'commit-p50',
      what: 'app commit p50, ms; peer without a copy running',
      ours: ms(during, 0.5),
      peer: ms(without, 0.5),
      atMost: 1.05,
      note,
    }),
    ratioRow({
      id: 'commit-p99',
      what: 'app commit p99, ms; peer without a copy running',
      ours: ms(during, 0.99),
      peer: ms(without, 0.99),
      atMost: 1.25,
      note,
    }),
  ];
}

/** Children start 0.1 s later from source, where node strips the types of every file: that is not what a host runs. */
const measuredForm = () =>
  import.meta.resolve('@yoban/sqlite-tools/snapshot').endsWith('.ts') ? 'source (figures do not count)' : 'dist';

async function measure(seconds: number, say: (text: string) => void): Promise<ProofRow[]> {
  const full = seconds >= fullRunSeconds;
  const sizeMb = full ? fullSizeMb : shortSizeMb;
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-bench-'));
  const db = path.join(dir, 'app.sqlite');
  try {
    say(`filling a database of ${sizeMb} MB`);
    fillDatabase(db, sizeMb, 'wal');
    say('copy under writes');
    const copy = await copyRow(db, dir, full ? 7 : 3);
    say('impact on the app');
    const impact = await impactRows(db, dir, full ? 21 : 4);
    say('weekly archive');
    const weekly = await weeklyRows(db, dir, full ? 3 : 1);
    return [
      plainRow('size', 'database, MB: text, JSON events, vectors, indexes', sizeMb),
      plainRow('form', 'code measured', measuredForm()),
      copy,
      ...weekly,
      ...impact,
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export const snapshot: Proof = {
  name: 'snapshot',
  what: `copying a live ${fullSizeMb} MB database: time, size, impact on the app (--seconds under ${fullRunSeconds}: ${shortSizeMb} MB, fewer rounds)`,
  sabotages: [],
  run: ({ seconds, say }) => measure(seconds, say),
};
