import { Tier } from '@yoban/shared/contracts/backup';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatBackupName, nextFreeBackupName, parseBackupName } from './backup-name.ts';

const dbName = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$/);
const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
const zone = fc.constantFrom('Asia/Tokyo', 'Europe/London', 'America/St_Johns', 'UTC');

test('B4: a name says database, tier and wall time in the zone', () => {
  const takenAtMs = Date.UTC(2026, 2, 11, 6, 30, 5);
  const name = nextFreeBackupName({ db: 'game', tier: 'hourly', gzip: false, takenAtMs }, 'Asia/Tokyo', () => false);
  expect(name).toBe('game_hourly_20260311_153005.sqlite');
});

test('B4: every name that is built is read back, also of databases whose names look like tiers', () => {
  fc.assert(
    fc.property(
      dbName,
      fc.constantFrom(...Tier.options),
      fc.boolean(),
      moment,
      zone,
      (db, tier, gzip, takenAtMs, at) => {
        const name = nextFreeBackupName({ db, tier, gzip, takenAtMs }, at, () => false);
        expect(parseBackupName(name)).toMatchObject({ db, tier, gzip });
      },
    ),
  );
  expect(parseBackupName('a_hourly_20260311_153005_daily_20260311_153005.sqlite')).toMatchObject({
    db: 'a_hourly_20260311_153005',
    tier: 'daily',
  });
});

test('B4: no name is given twice, whatever is there already, packed or plain', () => {
  fc.assert(
    fc.property(
      dbName,
      moment,
      zone,
      fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }),
      (db, takenAtMs, at, packs) => {
        const there = new Set<string>();
        for (const gzip of packs) {
          there.add(nextFreeBackupName({ db, tier: 'weekly', gzip, takenAtMs }, at, (name) => there.has(name)));
        }
        expect(new Set([...there].map((name) => name.replace(/\.gz$/, ''))).size).toBe(packs.length);
      },
    ),
  );
});

test('B4: the hour that autumn repeats does not overwrite itself', () => {
  const first = Date.UTC(2026, 9, 25, 0, 30);
  const wanted = { db: 'game', tier: 'hourly' as const, gzip: false };
  const one = nextFreeBackupName({ ...wanted, takenAtMs: first }, 'Europe/London', () => false);
  const two = nextFreeBackupName({ ...wanted, takenAtMs: first + 3_600_000 }, 'Europe/London', (name) => name === one);
  expect([one, two]).toEqual(['game_hourly_20261025_013000.sqlite', 'game_hourly_20261025_013001.sqlite']);
});

test('what is not a backup name is not one', () => {
  for (const name of [
    'game.sqlite',
    'game_yearly_20260311_153005.sqlite',
    '.yoban-x.tmp',
    'SHA256SUMS',
    'game_hourly_2026.sqlite',
  ]) {
    expect(parseBackupName(name)).toBeNull();
  }
  expect(formatBackupName({ db: 'g', tier: 'weekly', stamp: '20260311_153005', gzip: true })).toBe(
    'g_weekly_20260311_153005.sqlite.gz',
  );
});
