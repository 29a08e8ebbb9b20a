import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tier } from '@yoban/shared/contracts/backup';
import { backupSteps } from '@yoban/sqlite-tools/take-backup';
import Database from 'better-sqlite3';
import type { Proof, ProofOptions, ProofRow } from '../harness/proof.ts';
import { pick, seededRandom } from '../harness/random.ts';
import { killChild, startChild } from './children.ts';
import { oracleLine, readMoment } from './content-hash.ts';
import { judgeBackups, judgeCatalog } from './judge-backups.ts';
import { type Sabotage, sabotageNames, type VictimRequest } from './victim-request.ts';

const databases = [
  { name: 'walled', journal: 'wal', writers: 2 },
  { name: 'rolled', journal: 'delete', writers: 1 },
] as const;
const tiers = ['hourly', 'daily', 'weekly'] as const satisfies readonly Tier[];

type Fault =
  | { kind: 'kill'; at: (typeof backupSteps)[number] }
  | { kind: 'damage' }
  | { kind: 'anywhere' }
  | { kind: 'none' };

const labelOf = (fault: Fault): string =>
  fault.kind === 'kill'
    ? `kill at ${fault.at}`
    : { damage: 'damaged copy', anywhere: 'kill anywhere', none: 'left in peace' }[fault.kind];

/** Each kind once before any comes again, in an order of the seed: a short run still lands every promised one. */
function* faultsInTurn(random: () => number): Generator<Fault> {
  const all: Fault[] = [
    ...backupSteps.map((at): Fault => ({ kind: 'kill', at })),
    { kind: 'damage' },
    { kind: 'anywhere' },
    { kind: 'none' },
  ];
  for (;;)
    yield* all
      .map((fault) => ({ fault, order: random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ fault }) => fault);
}

interface Arena {
  dir: string;
  backupDir: string;
  oracleOf: (db: string) => string;
  dbPath: (db: string) => string;
}

function makeArena(): Arena {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-torture-'));
  const backupDir = path.join(dir, 'backups');
  mkdirSync(backupDir);
  const arena = {
    dir,
    backupDir,
    oracleOf: (db: string) => path.join(dir, `${db}.oracle`),
    dbPath: (db: string) => path.join(dir, `${db}.sqlite`),
  };
  for (const { name, journal } of databases) {
    const db = new Database(arena.dbPath(name));
    db.pragma(`journal_mode = ${journal}`);
    db.exec(
      'CREATE TABLE item (id INTEGER PRIMARY KEY, body TEXT); CREATE INDEX item_body ON item (body); CREATE TABLE commit_counter (n INTEGER); INSERT INTO commit_counter VALUES (0)',
    );
    // A backup may begin before the first commit of a writer.
    writeFileSync(arena.oracleOf(name), oracleLine(readMoment(db)));
    db.close();
  }
  return arena;
}

function startWeather(arena: Arena, random: () => number): { name: string; child: ChildProcess }[] {
  const seed = () => String(Math.floor(random() * 1e9));
  return databases.flatMap(({ name, writers }) => [
    ...Array.from({ length: writers }, (_, at) => ({
      name: `writer ${at} of ${name}`,
      child: startChild('writer-main.ts', arena.dbPath(name), arena.oracleOf(name), seed()),
    })),
    { name: `neighbour of ${name}`, child: startChild('hostile-main.ts', arena.dbPath(name), seed()) },
  ]);
}

/** One run of the victim; true when the fault it was to suffer has landed. */
async function suffer(request: VictimRequest, fault: Fault, random: () => number): Promise<boolean> {
  const child = startChild('victim-main.ts', JSON.stringify(request));
  const said: string[] = [];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'close');
  if (fault.kind === 'anywhere') {
    await Promise.race([sleep(random() * 600), ended]);
    child.kill('SIGKILL');
  }
  await ended;
  const answer = said.join('');
  if (fault.kind === 'kill' || fault.kind === 'anywhere') return child.signalCode === 'SIGKILL';
  if (fault.kind === 'damage') return answer.includes('BACKUP_VERIFY_FAILED');
  return answer.includes('"ok"');
}

/** A fault may miss: a damaged page may be a free one, a neighbour may keep the file locked. Those promised are waited for so long. */
const overtimeMs = 600_000;

async function torture({ seed, seconds, sabotage, say }: ProofOptions): Promise<ProofRow[]> {
  const random = seededRandom(seed);
  const arena = makeArena();
  const weather = startWeather(arena, random);
  const landed = new Map<string, number>();
  const faults: string[] = [];
  const seen = new Set<string>();
  let judged = 0;
  const judge = () => {
    const result = judgeBackups({ backupDir: arena.backupDir, scratch: arena.dir, oracleOf: arena.oracleOf, seen });
    judged += result.judged;
    faults.push(...result.faults);
  };
  try {
    await sleep(1_000);
    const deadline = performance.now() + seconds * 1_000;
    const turns = faultsInTurn(random);
    const firstRound = sabotage ? 0 : allLabels().length;
    const hasAll = () => sabotage !== null || allLabels().every((label) => landed.has(label));
    const isOver = () => performance.now() >= deadline && (hasAll() || performance.now() >= deadline + overtimeMs);
    // Every promised fault comes once, however short the time.
    for (let runs = 0; runs < firstRound || !isOver(); runs++) {
      if (sabotage && faults.length > 0) break;
      const fault: Fault = sabotage ? { kind: 'none' } : (turns.next().value ?? { kind: 'none' });
      const db = pick<(typeof databases)[number]>(databases, random);
      const request = requestFor(arena, {
        db: db.name,
        tier: sabotage ? 'hourly' : pick(tiers, random),
        fault,
        sabotage: sabotage as Sabotage | null,
      });
      const label = labelOf(fault);
      if (await suffer(request, fault, random)) landed.set(label, (landed.get(label) ?? 0) + 1);
      judge();
    }
    for (const { name, child } of weather) await killChild(child, name);
    judge();
    if (!sabotage) faults.push(...judgeCatalog(arena.backupDir));
  } finally {
    for (const { child } of weather) child.kill('SIGKILL');
    rmSync(arena.dir, { recursive: true, force: true });
  }
  for (const fault of faults) say(fault);
  return rowsOf({ judged, faults, landed, promised: sabotage ? [] : allLabels() });
}

const allLabels = (): string[] => [
  ...backupSteps.map((at) => labelOf({ kind: 'kill', at })),
  labelOf({ kind: 'damage' }),
  labelOf({ kind: 'anywhere' }),
  labelOf({ kind: 'none' }),
];

function requestFor(
  arena: Arena,
  run: { db: string; tier: Tier; fault: Fault; sabotage: Sabotage | null },
): VictimRequest {
  return {
    db: run.db,
    dbPath: arena.dbPath(run.db),
    backupDir: arena.backupDir,
    locksDir: path.join(arena.dir, 'locks'),
    tier: run.tier,
    killAt: run.fault.kind === 'kill' ? run.fault.at : null,
    damageCopy: run.fault.kind === 'damage',
    sabotage: run.sabotage,
  };
}

function rowsOf(result: {
  judged: number;
  faults: string[];
  landed: Map<string, number>;
  promised: string[];
}): ProofRow[] {
  const row = (id: string, what: string, ours: number, goal: string, met: boolean): ProofRow => ({
    id,
    what,
    ours,
    peer: null,
    ratio: null,
    goal,
    met,
  });
  return [
    row(
      'bad-backups',
      "files with a backup's name that are not one sound committed moment",
      result.faults.length,
      '0',
      result.faults.length === 0,
    ),
    row('judged', 'files judged', result.judged, '> 0', result.judged > 0),
    ...result.promised.map((label) => {
      const times = result.landed.get(label) ?? 0;
      return row(`fault-${label.replaceAll(' ', '-')}`, `fault landed: ${label}`, times, '> 0', times > 0);
    }),
  ];
}

export const backup: Proof = {
  name: 'backup',
  what: 'backups under hostile writers, SIGKILL at every step: each named file is sound and one committed moment',
  sabotages: sabotageNames,
  run: torture,
};
