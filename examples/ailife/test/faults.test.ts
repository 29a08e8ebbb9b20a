import { existsSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GameWorld } from './running-game.ts';

let world: GameWorld;
beforeEach(async () => {
  world = await new GameWorld().openStandins();
});
afterEach(() => world.end());

test('A.4: switches do not exist without a token, and are refused with a wrong one, an unknown name, a wrong body', async () => {
  const open = await world.startGame({ AILIFE_FAULT_TOKEN: '' });
  expect((await open.fault('crash')).status).toBe(404);
  await open.kill('SIGINT');
  const game = await world.startGame();
  expect((await game.fault('crash', {}, 'wrong')).status).toBe(401);
  expect((await game.fault('explode')).status).toBe(404);
  expect((await game.fault('constructor')).status).toBe(404);
  for (const body of [{ how: 'softly' }, { seconds: 1 }, [], 'text'])
    expect((await game.fault('crash', body)).status).toBe(400);
  expect((await game.fault('tips', { count: -1 })).status).toBe(400);
  expect((await game.fault('tips', { pad: 'x'.repeat(20_000) })).status).toBe(413);
  expect((await fetch(`${game.url}/healthz`)).status).toBe(200);
});

test('C5: it dies as asked: by a signal, a code, or an error nobody caught, which is logged with its stack', async () => {
  const kinds = [
    [{ how: 'kill' }, { code: null, signal: 'SIGKILL' }],
    [
      { how: 'exit', code: 7 },
      { code: 7, signal: null },
    ],
    [{ how: 'throw' }, { code: 1, signal: null }],
    [{ how: 'reject' }, { code: 1, signal: null }],
  ] as const;
  for (const [body, end] of kinds) {
    const game = await world.startGame();
    expect((await game.fault('crash', body)).status).toBe(200);
    expect(await game.ended).toEqual(end);
    if (end.code === 1)
      expect(game.lines.at(-1)).toMatchObject({
        event: 'process.fatal',
        stack: expect.stringContaining('end-process'),
      });
  }
});

test('A.4: hung, nothing answers; after the time it goes on', async () => {
  const game = await world.startGame();
  await game.fault('hang', { seconds: 3 });
  await expect(fetch(`${game.url}/healthz`, { signal: AbortSignal.timeout(500) })).rejects.toThrow();
  expect((await fetch(`${game.url}/healthz`)).status).toBe(200);
});

test('A.4: starts are refused until the file is gone, or only a number of times', async () => {
  const game = await world.startGame();
  const answer = await (await game.fault('refuse-start')).json();
  await game.kill('SIGKILL');
  for (let i = 0; i < 2; i += 1) expect(await world.spawnGame().ended).toEqual({ code: 1, signal: null });
  rmSync(answer.file);
  const again = await world.startGame();
  await again.fault('refuse-start', { times: 1 });
  await again.kill('SIGKILL');
  expect(await world.spawnGame().ended).toEqual({ code: 1, signal: null });
  await world.startGame();
  expect(existsSync(answer.file)).toBe(false);
});

test('A.4: a failing, hanging or slow model is seen as what it is, and the household goes on', async () => {
  const game = await world.startGame({ AILIFE_CHAT_MS: '20', AILIFE_MODEL_TIMEOUT_MS: '4000' });
  await game.until((truth) => truth.llm.callsLastHour > 3);
  expect((await game.truth()).llm.errorRatePercent).toBe(0);
  await game.fault('model', { mode: 'fail' });
  await game.until(({ llm }) => llm.errorsLastHour > 0 && llm.fallbacksLastHour > 0 && llm.fallbackActive);
  await game.fault('model', { mode: 'timeout' });
  await game.until(({ llm }) => llm.timeoutsLastHour > 0);
  await game.fault('model', { mode: 'slow', slowMs: 60 });
  const slow = await game.until(({ llm }) => !llm.fallbackActive);
  await game.fault('model', { mode: 'ok' });
  await game.until(({ llm }) => llm.callsLastHour > slow.llm.callsLastHour + 3);
  expect((await fetch(`${game.url}/healthz`)).status).toBe(200);
});

test('S2: OBS goes and comes back', async () => {
  const game = await world.startGame();
  for (const on of [true, false]) {
    const answer = await game.fault('disconnect', { platform: 'obs', on });
    expect(await answer.json()).toMatchObject({ obs: { connected: !on } });
  }
});

test('A.4: platforms go and come back, viewers change', async () => {
  const game = await world.startGame();
  const both = (youtube: boolean, tiktok: boolean) =>
    game.until(({ platforms }) => platforms.youtube.connected === youtube && platforms.tiktok.connected === tiktok);
  await both(true, true);
  await game.fault('disconnect', { platform: 'youtube' });
  await game.fault('disconnect', { platform: 'tiktok' });
  await both(false, false);
  await game.fault('disconnect', { platform: 'youtube', on: false });
  await game.fault('disconnect', { platform: 'tiktok', on: false });
  await both(true, true);
  await game.fault('viewers', { n: 1_234 });
  await game.until(({ platforms }) => platforms.viewers === 1_234);
});

test('A.4: with writing stopped nothing reaches the file and tips wait; switched back they are all processed', async () => {
  const game = await world.startGame({ AILIFE_CYCLE_MS: '300' });
  await game.until((truth) => truth.game.cycle >= 2);
  await game.fault('stop-writing');
  const { database, game: before } = await game.truth();
  await game.fault('tips', { count: 60, yen: 10 });
  const held = await game.until((truth) => Date.parse(truth.at) > Date.parse(before.nextCycleAt) + 600);
  expect(held).toMatchObject({
    database: { commit: database.commit },
    tips: { queueDepth: 60, processedLastHour: 0 },
    game: { cycle: before.cycle },
  });
  await game.fault('stop-writing', { on: false });
  await game.until((truth) => truth.tips.processedLastHour === 60 && truth.game.cycle > before.cycle);
});

test.each(['middle', 'all'])(
  'R4: a database ruined in part %s ends the process, and no start succeeds on it',
  async (part) => {
    const game = await world.startGame();
    await game.fault('tips', { count: 20 });
    await game.until((truth) => truth.tips.processedLastHour === 20);
    await game.fault('corrupt-database', { part });
    expect(await game.ended).toEqual({ code: 1, signal: null });
    const cause = part === 'all' ? 'SQLITE_NOTADB: ' : 'SQLITE_CORRUPT: ';
    expect(game.lines.at(-1)).toMatchObject({ event: 'process.fatal', error: expect.stringContaining(cause) });
    const next = world.spawnGame({ AILIFE_ORACLE_FILE: '' });
    expect(await next.ended).toEqual({ code: 1, signal: null });
    expect(next.lines.at(-1)?.error).toContain(cause);
    const file = new Database(world.dbPath, { readonly: true });
    expect(() => expect(file.pragma('integrity_check', { simple: true })).toBe('ok')).toThrow();
    file.close();
  },
);

test('H1: the health page says 503 with the cause while the database cannot be written', async () => {
  const game = await world.startGame();
  const blocker = new Database(world.dbPath);
  blocker.exec('ALTER TABLE tips RENAME COLUMN message TO words');
  await game.fault('tips', { count: 1 });
  // The tip is stored after the switch has answered.
  let sick = await fetch(`${game.url}/healthz`);
  while (sick.status !== 503) sick = await fetch(`${game.url}/healthz`);
  expect((await sick.json()).error).toContain('message');
  blocker.exec('ALTER TABLE tips RENAME COLUMN words TO message');
  blocker.close();
  await game.until((truth) => truth.tips.processedLastHour === 1);
  expect((await fetch(`${game.url}/healthz`)).status).toBe(200);
});

test('C5: while another process holds the database locked tips wait, and none is lost', async () => {
  const game = await world.startGame();
  await game.until((truth) => truth.game.cycle === 1);
  const blocker = new Database(world.dbPath);
  blocker.exec('BEGIN IMMEDIATE');
  await game.fault('tips', { count: 5, yen: 10 });
  expect(await game.line('store.failed')).toMatchObject({ error: 'SQLITE_BUSY: database is locked' });
  expect((await game.truth()).tips).toMatchObject({ queueDepth: 5, processedLastHour: 0 });
  blocker.exec('ROLLBACK');
  blocker.close();
  await game.until((truth) => truth.tips.processedLastHour === 5);
});
