import { spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startFakeReceiver } from './report-receiver.ts';
import { GameWorld } from './running-game.ts';

let world: GameWorld;
beforeEach(async () => {
  world = await new GameWorld().openStandins();
});
afterEach(() => world.end());

test('A.4: cycles begin at whole multiples of their length and do not drift', async () => {
  const game = await world.startGame({ AILIFE_CYCLE_MS: '400' });
  // A busy machine may be late with one; what drifts is later with each.
  const { game: state } = await game.until((truth) => truth.game.cycle >= 5 && truth.game.driftMs < 200);
  const startedAt = Date.parse(state.lastCycleAt ?? '');
  expect((startedAt - state.driftMs) % 400).toBe(0);
  expect(Date.parse(state.nextCycleAt) % 400).toBe(0);
  expect(state.characters.map(({ name }) => name)).toEqual(['John', 'Sara', 'Eve']);
});

test('C5: SIGINT stops it in time with 0; the next start goes on from the last save point', async () => {
  const first = await world.startGame({ AILIFE_CYCLE_MS: '300' });
  await first.fault('tips', { count: 3, yen: 700 });
  await first.until((truth) => truth.game.cycle >= 2 && truth.tips.processedLastHour === 3);
  const before = Date.now();
  expect(await first.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(Date.now() - before).toBeLessThan(5_000);
  expect(statSync(`${world.dbPath}-wal`, { throwIfNoEntry: false })).toBeUndefined();
  const second = await world.startGame();
  const truth = await second.truth();
  expect(truth.game.cycle).toBeGreaterThanOrEqual(2);
  expect(truth.tips).toMatchObject({ processedLastHour: 3, revenueLastHourYen: 2_100, queueDepth: 0 });
  expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('A.4: killed in mid-queue, every tip is processed once after the restart, and the file equals a commit of the writer', async () => {
  const first = await world.startGame({ AILIFE_TIP_MS: '30' });
  await first.fault('tips', { count: 40, yen: 100 });
  await first.until((truth) => truth.tips.processedLastHour >= 5);
  await first.kill('SIGKILL');
  const oracle = ['--conditions=yoban-src', fileURLToPath(new URL('../src/oracle-main.ts', import.meta.url))];
  const judged = spawnSync(process.execPath, [...oracle, 'find', world.oracleFile, world.dbPath], { encoding: 'utf8' });
  expect(judged).toMatchObject({ status: 0, stderr: '' });
  const { commit, found } = JSON.parse(judged.stdout);
  expect(found.n).toBe(commit);
  const second = await world.startGame({ AILIFE_TIP_MS: '0' });
  const { tips } = await second.until((truth) => truth.tips.queueDepth === 0);
  expect(tips).toMatchObject({ processedLastHour: 40, revenueLastHourYen: 4_000 });
});

test('H4: what it reports equals what it knows', async () => {
  const receiver = await startFakeReceiver();
  const game = await world.startGame({
    YOBAN_APP_TOKEN: 'app-token',
    YOBAN_REPORT_URL: receiver.url,
    AILIFE_REPORT_MS: '50',
    // No second cycle begins, whatever the time of day.
    AILIFE_CYCLE_MS: '86400000',
  });
  await game.fault('tips', { count: 2, yen: 500 });
  await game.fault('tips', { count: 1, yen: 900, fail: true });
  const truth = await game.until(
    ({ tips, game: { cycle }, platforms: { youtube, tiktok, viewers } }) =>
      tips.processedLastHour === 2 &&
      tips.failedLastHour === 1 &&
      cycle === 1 &&
      youtube.connected &&
      tiktok.connected &&
      viewers === 42,
  );
  await game.kill('SIGINT');
  await receiver.close();
  expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer app-token']));
  const last = receiver.bodies.at(-1);
  expect(last?.game).toEqual({
    cycle: truth.game.cycle,
    day: truth.game.day,
    lastCycleAt: truth.game.lastCycleAt,
    cycleMs: truth.game.cycleMs,
    characters: truth.game.characters,
  });
  const tips = receiver.bodies.flatMap((body) => body.deltas.tips);
  expect(tips.map(([yen, , outcome]) => [yen, outcome])).toEqual([
    [500, 'ok'],
    [500, 'ok'],
    [900, 'failed'],
  ]);
  expect(receiver.bodies.flatMap((body) => body.deltas.llmCalls)).toHaveLength(truth.llm.callsLastHour);
  expect(last?.platforms).toMatchObject({ youtube: { connected: true }, tiktok: { connected: true }, viewers: 42 });
});

test('S1: a viewer gets the full view on request, then the changes, in both languages', async () => {
  const game = await world.startGame();
  const page = await (await fetch(`${game.url}/?lang=ja`)).text();
  expect(page).toContain('<html lang="ja">');
  const script = await (await fetch(`${game.url}/viewer/viewer-client.js`)).text();
  for (const [, path] of script.matchAll(/from '(\/agent\/[a-z-]+)'/g)) {
    expect((await fetch(`${game.url}${path}`)).status).toBe(200);
  }
  const viewer = new WebSocket(`${game.url.replace('http', 'ws')}/ws`);
  // Several may come in one turn: each is kept until it is asked for.
  const inbox = on(viewer, 'message');
  const viewers = async () => (await (await fetch(`${game.url}/healthz`)).json()).viewers;
  await once(viewer, 'open');
  expect(await viewers(), 'S3: connected is not synced').toEqual({ connected: 1, unsynced: 1 });
  viewer.send('{"type":"sync"}');
  const next = async () => JSON.parse(String((await inbox.next()).value?.[0]));
  // A change may be on its way already; what counts is that the whole view comes too.
  let first = await next();
  while (first.type === 'change') first = await next();
  expect(first).toMatchObject({
    type: 'sync',
    view: { characters: [{ name: 'John' }, { name: 'Sara' }, { name: 'Eve' }] },
  });
  expect((await game.truth()).ws.connectedClients).toBe(1);
  expect(await viewers()).toEqual({ connected: 1, unsynced: 0 });
  await game.fault('tips', { count: 1 });
  for (;;) {
    const message = await next();
    expect(message.type).toBe('change');
    if (message.view.tipsLastHour === 1) break;
  }
  viewer.terminate();
  await game.until((truth) => truth.ws.connectedClients === 0);
});

test('A.4: a wrong environment is refused with every name at once and exit code 2', async () => {
  const game = world.spawnGame({
    AILIFE_CYCLE_MS: 'soon',
    AILIFE_MODEL_URL: 'nowhere',
    YOBAN_APP_TOKEN_FILE: '/does/not/exist',
  });
  expect(await game.ended).toEqual({ code: 2, signal: null });
  for (const name of ['AILIFE_CYCLE_MS', 'AILIFE_MODEL_URL', 'YOBAN_APP_TOKEN_FILE'])
    expect(game.lines[0]?.error).toContain(name);
});
