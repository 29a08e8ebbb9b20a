import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, ChaosHalf, Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { checkpoint, cutToNothing, type GameContent, overwrite, readGame } from '../game-file.ts';
import { usualPolicy } from '../usual-policy.ts';

const pageBytes = 4_096;
const boundMs = 60_000;
/** Another fault may still ask for the restore that one which halted did not. */
const halfHeartedMs = 15_000;
const on = ['command', 'pm2', 'systemd-user'] as const;

/** R4: whatever brought the app down, a corrupt database is restored, a sound one is not; once in six hours. */
function policy(app: FaultyApp): object {
  const usual = usualPolicy(app);
  const restored = { probes: ['proc', 'health', 'db'], within: '60s' };
  const restore = { do: ['stop', 'restore', 'start'], notify: 'critical', verify: restored };
  const halt = { on: 'prev_unverified', notify: 'critical', halt: true };
  const broken = [{ probe: 'db', is: 'failing' }];
  return {
    probes: {
      ...(usual.probes as object),
      db: { type: 'sqlite', path: app.databaseFile, requireTables: ['game_state'], minBytes: 4_096, timeout: '10s' },
      fresh: { type: 'sqlite', path: app.databaseFile, check: 'quick', minBytes: 0, maxAge: '5s', timeout: '10s' },
    },
    actions: {
      ...(usual.actions as object),
      stop: { kind: 'supervisor', op: 'stop' },
      start: { kind: 'supervisor', op: 'start' },
      restore: { kind: 'restore_sqlite', database: 'game' },
    },
    faults: {
      corrupt: { anyOf: ['db'], ladder: [{ on: 'fault', ...restore }, halt] },
      down: {
        ...{ anyOf: ['proc', 'health'], firstResponder: { owner: 'supervisor', grace: '10s' } },
        ladder: [{ on: 'fault', if: broken, ...restore }, { on: 'fault', do: ['restart'], verify: restored }, halt],
      },
      stale: { anyOf: ['fresh'], severity: 'warning', ladder: [{ on: 'fault', notify: 'warning' }] },
    },
    budgets: {
      ...(usual.budgets as object),
      restores: { counts: ['restore'], max: 1, window: '6h', onExhausted: { mode: 'halt', notify: 'critical' } },
    },
  };
}

function newestBackups(stage: Stage): string[] {
  const folder = path.join(stage.app.dir, 'backups', 'hourly');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sqlite'))
    .map((name) => path.join(folder, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
}

/**
 * The restore was asked for, everything is over, and the file holds what the backup held. A stop may have made the file sound from
 * its own WAL: then nothing may be put in its place, and it holds that, too.
 */
async function isRestored(stage: Stage, from: GameContent, withinMs: number): Promise<void> {
  let haltedAt = Infinity;
  const isOver = () => {
    const done = stage.actions();
    const isAsked = done.some(({ action }) => action === 'restore');
    if (stage.halted()) haltedAt = Math.min(haltedAt, performance.now());
    if (!isAsked && performance.now() > haltedAt + halfHeartedMs) throw new Error('it halted without a restore');
    return isAsked && done.every(({ ok }) => ok !== null) && stage.faults().length === 0;
  };
  await waitFor('a restore, and every fault over', isOver, withinMs);
  await waitFor('the app to answer', stage.app.answers, 5_000);
  const now = await readGame(stage.app.databaseFile, from.n);
  if (now.hash !== from.hash) throw new Error('the database does not hold what the backup held');
}

/** The newest `bad` backups are spoilt first, so the next one must be taken. */
const restoredFrom = (what: string, spoil: (stage: Stage) => Promise<void>, bad = 0): ChaosHalf => ({
  what,
  run: async (stage) => {
    const backups = newestBackups(stage);
    for (const file of backups.slice(0, bad)) await overwrite(file, 0, 2 * pageBytes);
    const good = backups[bad];
    if (good === undefined) throw new Error(`only ${backups.length} backups`);
    const content = await readGame(good);
    await spoil(stage);
    await isRestored(stage, content, boundMs);
  },
});

const untouched = (what: string, act: (stage: Stage) => Promise<void>): ChaosHalf => ({
  what,
  run: async (stage) => {
    await act(stage);
    await stage.untouched(15_000);
  },
});

/** Its supervisor brings it back; nothing else is to act. */
const killedAndBack = async (stage: Stage) => {
  await killed(stage);
  await stage.back(stage.pid, 20_000);
};

const killed = async ({ pid }: Stage) => void process.kill(pid, 'SIGKILL');
const middleOf = (file: string) => Math.floor(statSync(file).size / pageBytes / 2) * pageBytes;

export const database: ChaosCase[] = [
  {
    ...{ n: '15', on, boundMs, database: true, policy },
    fault: restoredFrom('garbage over the header: as the newest backup has it again', ({ app }) =>
      overwrite(app.databaseFile, 0, 100),
    ),
    twin: untouched('kill -9 amid writes, a sound WAL left: not restored', killedAndBack),
  },
  {
    ...{ n: '16', on, boundMs, database: true, policy },
    fault: restoredFrom('garbage over pages in the middle: restored', ({ app }) =>
      overwrite(app.databaseFile, middleOf(app.databaseFile), 20 * pageBytes),
    ),
    twin: untouched('a file beside it is overwritten: not restored', ({ app }) =>
      overwrite(`${app.databaseFile}.old`, 0, pageBytes),
    ),
  },
  {
    ...{ n: '17', on, boundMs, database: true, policy },
    fault: restoredFrom('cut to 0 bytes, which an integrity check calls ok: restored', async (stage) => {
      // What it wrote between the cut and its end would make more of it than nothing.
      process.kill(stage.pid, 'SIGSTOP');
      await cutToNothing(stage.app.databaseFile);
      await cutToNothing(`${stage.app.databaseFile}-wal`);
      await killed(stage);
    }),
    twin: untouched('its WAL is cut by a checkpoint: not restored', ({ app }) => checkpoint(app.databaseFile)),
  },
  {
    ...{ n: '18', on, boundMs, database: true, policy },
    fault: {
      // Its WARNING comes with the digest of the quarter of an hour; by then more would be lost than this case is about.
      what: 'its WAL is deleted under it: found to be no longer written, nothing is done by then',
      run: async (stage) => {
        rmSync(`${stage.app.databaseFile}-wal`);
        await waitFor('the fault to be listed', () => stage.faults().includes('stale'), boundMs);
        if (stage.actions().length > 0) throw new Error('an action began');
      },
    },
    twin: untouched('it is written as ever: left alone', async () => undefined),
  },
  {
    ...{ n: '19', on, boundMs, database: true, policy },
    fault: restoredFrom(
      'garbage over the header, then killed with a WAL left: the old WAL does not spoil the restored file',
      async (stage) => {
        await overwrite(stage.app.databaseFile, 0, 100);
        await killed(stage);
      },
    ),
    twin: untouched('killed with a WAL left and nothing else: not restored', killedAndBack),
  },
  {
    ...{ n: '20', on, boundMs: 90_000, database: true, policy },
    fault: restoredFrom(
      'the two newest backups are spoilt too: the third is taken',
      ({ app }) => overwrite(app.databaseFile, middleOf(app.databaseFile), 20 * pageBytes),
      2,
    ),
    twin: untouched('the newest backup is spoilt and the database is sound: nothing is restored', async (stage) => {
      const [newest = ''] = newestBackups(stage);
      await overwrite(newest, 0, 2 * pageBytes);
    }),
  },
];
