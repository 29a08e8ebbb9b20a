import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Kick } from '../contracts/kick.ts';
import { KickConfig } from '../policy/fault-config.ts';
import { makeTempDir } from '../testing/temp-dir.ts';
import { kickRefusal } from './kick-refusal.ts';
import { isProven, kickSlotFile, leaveKick, takeKick } from './kick-slot.ts';
import { readKickers } from './read-kickers.ts';

const token = 'a'.repeat(32);
const kick = (change: Partial<Kick> = {}): Kick => ({
  id: '5f0c2a30-59a5-4a0e-9a53-27d4e0f3d2d1',
  service: 'gateway',
  action: 'restart_gateway',
  source: 'line:U1234',
  via: 'file',
  at: '2026-03-11T06:30:00.000Z',
  ...change,
});
const stateDir = () => {
  const temp = makeTempDir();
  onTestFinished(temp.remove);
  return path.join(temp.dir, 'state');
};

const config = KickConfig.parse({ token: { env: 'KICK' }, oldToken: { env: 'KICK_OLD' }, allow: ['restart_gateway'] });

test('W6: only what is allowed, asked for by a source that says who it is', () => {
  const judge = (action: string, source: string, sourcePattern = config.sourcePattern) =>
    kickRefusal({ allow: config.allow, sourcePattern }, { action, source });
  expect(judge('restart_gateway', 'line:U1234')).toBeNull();
  expect(judge('restart_gateway', 'cli')).toBeNull();
  expect(judge('stop_gateway', 'cli')).toBe('action_not_allowed');
  for (const source of ['line', 'line:', 'line:a;rm', 'cli2', 'xcli', 'root'])
    expect(judge('restart_gateway', source), source).toBe('source_not_allowed');
  // A loose pattern neither opens the bare name nor lets a part stand for the whole.
  expect(judge('restart_gateway', 'line', '.*')).toBe('source_not_allowed');
  expect(judge('restart_gateway', 'ops;rm', 'ops')).toBe('source_not_allowed');
});

test('W6: a kick is off without its section or its token; a short token is refused by name', () => {
  expect(readKickers({ services: { gateway: {} } }, {})).toEqual({ kickers: [], skipped: [] });
  const services = { gateway: { kick: config } };
  expect(readKickers({ services }, {})).toEqual({ kickers: [], skipped: [{ service: 'gateway', missing: 'KICK' }] });
  expect(readKickers({ services }, { KICK: token, KICK_OLD: 'b'.repeat(40) }).kickers).toMatchObject([
    { service: 'gateway', tokens: [token, 'b'.repeat(40)], allow: ['restart_gateway'] },
  ]);
  expect(() => readKickers({ services }, { KICK: 'short' })).toThrow('KICK has fewer than 32 characters');
});

test('W6: the slot holds one request, readable by its owner alone, without the token', () => {
  const dir = stateDir();
  expect(takeKick(dir)).toBeNull();
  expect(leaveKick(dir, kick(), token)).toBe(true);
  expect(leaveKick(dir, kick({ action: 'check_ollama' }), token)).toBe(false);
  expect(statSync(kickSlotFile(dir)).mode & 0o777).toBe(0o600);
  expect(readFileSync(kickSlotFile(dir), 'utf8')).not.toContain(token);
  const taken = takeKick(dir);
  expect(taken).toMatchObject({ kind: 'kick', content: { kick: kick() } });
  expect(readdirSync(dir)).toEqual([]);
  expect(takeKick(dir)).toBeNull();
});

test('W6: the proof is good for one kick and a token that is known', () => {
  const dir = stateDir();
  leaveKick(dir, kick(), token);
  const taken = takeKick(dir);
  if (taken?.kind !== 'kick') throw new Error('no kick was taken');
  const { content } = taken;
  expect(isProven(content, [token])).toBe(true);
  expect(isProven(content, ['c'.repeat(32), token])).toBe(true);
  expect(isProven(content, ['c'.repeat(32)])).toBe(false);
  expect(isProven(content, [])).toBe(false);
  for (const change of [
    { action: 'stop' },
    { source: 'cli' },
    { service: 'other' },
    { at: '2026-03-11T07:00:00.000Z' },
  ])
    expect(isProven({ ...content, kick: kick(change) }, [token])).toBe(false);
});

test('W6: what is no kick empties the slot too: a torn file, a link, a folder', () => {
  const dir = stateDir();
  mkdirSync(dir, { recursive: true });
  const put = [
    () => writeFileSync(kickSlotFile(dir), '{"kick":'),
    () =>
      writeFileSync(
        kickSlotFile(dir),
        `${JSON.stringify({ kick: kick(), proof: 'a'.repeat(64) })}${' '.repeat(5_000)}`,
      ),
    () => symlinkSync('/etc/hostname', kickSlotFile(dir)),
    () => mkdirSync(kickSlotFile(dir)),
  ];
  for (const one of put) {
    one();
    expect(takeKick(dir)).toEqual({ kind: 'unreadable' });
    expect(readdirSync(dir)).toEqual([]);
  }
});

test('W6: a source with a blank or a control character is no source', () => {
  for (const source of ['a b', 'a\n', 'a\u0000', 'ä', '', 'x'.repeat(101)])
    expect(Kick.safeParse(kick({ source })).success, JSON.stringify(source)).toBe(false);
});
