import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, ChaosHalf, Stage } from './chaos-case.ts';
import { createPlace } from './create-place.ts';
import { type FaultyApp, writeFaultyApp } from './faulty-app.ts';
import { makeGame } from './game-file.ts';
import { type ChaosKit, startChaosKit } from './kit.ts';
import type { PlaceKind } from './place.ts';
import { startTookOn } from './took.ts';
import { usualPolicy } from './usual-policy.ts';
import { watchdogRecord } from './watchdog-record.ts';

export interface StageWish {
  which: ChaosCase;
  half: ChaosHalf;
  on: PlaceKind;
  sabotage: string | null;
}

const firstAnswerMs = 60_000;
const lookEveryMs = 50;
const backupCount = 3;
/** Standings of a fault that is none. */
const quiet = ['unknown', 'starting', 'healthy', 'suspect'];

const databaseParts = (app: FaultyApp, dir: string) => ({
  databases: [{ name: 'game', path: app.databaseFile, service: 'demo', requiredTables: ['game_state'] }],
  targets: [{ name: 'local', kind: 'folder', path: path.join(dir, 'backups') }],
});

/** App, supervisor and kit from nothing; healthy, and looked at once, when this resolves. `close` leaves nothing. */
export async function setStage({ which, half, on, sabotage }: StageWish): Promise<Stage & { close(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yc-'));
  const logDir = path.join(dir, 'logs');
  mkdirSync(logDir);
  const ends: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })];
  const close = async () => {
    const problems: unknown[] = [];
    for (const end of ends.reverse()) {
      try {
        await end();
      } catch (error) {
        problems.push(error);
      }
    }
    if (problems.length > 0) throw problems[0];
  };
  try {
    const app = await writeFaultyApp(dir, { database: which.database ?? false, ...which.switches, ...half.switches });
    if (which.database) await makeGame(app.databaseFile);
    const place = await createPlace(on, app.script, logDir);
    ends.push(place.stop);
    await place.start();
    const pid = await waitFor('the app to answer', app.answers, firstAnswerMs);
    const policy = { ...usualPolicy(app), ...which.policy?.(app, path.join(dir, 'home')) };
    const config = {
      ...{ version: 1, timezone: 'UTC', locale: 'en', primary: 'demo' },
      services: { demo: { supervisor: place.supervisor, ...policy } },
      ...(which.database && databaseParts(app, dir)),
    };
    const kit = await startChaosKit({
      ...{ dir, sabotage, env: place.env, backups: which.database ?? false, clock: which.clock ?? false },
      config: (redis) => ({ ...config, services: { ...config.services, ...which.others?.(redis) } }),
    });
    ends.push(kit.stop);
    for (let n = 0; which.database && n < backupCount; n++) await kit.yoban('backup', 'now');
    await waitFor('the watchdog to have seen it', watchdogRecord(kit.home).hasSeen, firstAnswerMs);
    return { ...lookAt(app, kit), place, pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a case sees of the app and the kit, and waits for. */
function lookAt(app: FaultyApp, kit: ChaosKit): Omit<Stage, 'place' | 'pid'> {
  const { actions, evidence, standings } = watchdogRecord(kit.home);
  const countOf = (level: string) => kit.told().filter((one) => one.level === level).length;
  return {
    ...{ app, kit, actions, evidence },
    startTook: () => startTookOn(app.dir),
    faults: (service) => Object.entries(standings(service)).flatMap(([name, at]) => (quiet.includes(at) ? [] : [name])),
    halted: () => Object.values(standings()).includes('halted'),
    back: (not, withinMs) =>
      waitFor(
        'another process of the app to answer',
        async () => {
          const now = await app.answers();
          return now !== null && now !== not ? now : null;
        },
        withinMs,
      ),
    heard: async (level, count, withinMs) => {
      const said = () => kit.told().map((one) => one.text.split('\n')[0]);
      await waitFor(`${count} × ${level}`, () => countOf(level) >= count, withinMs).catch((error: Error) => {
        throw new Error(`${error.message}; heard: ${said().join(' | ') || 'nothing'}`);
      });
    },
    untouched: async (forMs) => {
      const [boots, begun] = [app.boots().length, actions().length];
      const end = performance.now() + forMs;
      while (performance.now() < end) {
        if (app.boots().length > boots) throw new Error('the app was started anew');
        const acted = actions()[begun];
        if (acted) throw new Error(`an action began: ${acted.action}`);
        await sleep(lookEveryMs);
      }
    },
  };
}
