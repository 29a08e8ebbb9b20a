import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ActionConfig } from '@yoban/shared/policy/action-config';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, afterEach, expect, test } from 'vitest';
import { runAction } from '../src/actions/run-action.ts';
import { followJournal } from '../src/journal/follow-journal.ts';
import { journalLines } from '../src/journal/journal-lines.ts';
import { createCompose } from '../src/supervisors/compose.ts';
import { actionAround } from './support/action-around.ts';

// Programs of others that are not on every machine; a stand-in says how it was called.
const temp = makeTempDir();
const bin = path.join(temp.dir, 'bin');
mkdirSync(bin);
const said = (name: string) => path.join(temp.dir, `${name}.said`);
const program = (name: string, more = '') =>
  writeFileSync(path.join(bin, name), `#!/bin/sh\nprintf '%s\\n' "$*" >> ${said(name)}\n${more}\n`, { mode: 0o755 });
const usualPath = process.env.PATH;
afterEach(() => {
  process.env.PATH = usualPath;
});
afterAll(() => temp.remove());
const callsOf = (name: string) => (existsSync(said(name)) ? readFileSync(said(name), 'utf8').trim().split('\n') : []);
const signal = new AbortController().signal;

test('V3: a command that needs root is run by sudo, which never asks for a password', async () => {
  program('sudo', 'shift 2; exec "$@"');
  program('tunnel', 'echo funnel reset');
  const env = { PATH: `${bin}:${usualPath}` };
  const config = ActionConfig.parse({ kind: 'exec', argv: ['tunnel', 'reset'], sudo: true });
  const done = await runAction('it', config, actionAround({ env }), signal);
  expect(done).toMatchObject({ ok: true, output: 'funnel reset\n' });
  expect(callsOf('sudo')).toEqual([`-n -- ${path.join(bin, 'tunnel')} reset`]);
});

test('C3: a compose service is made anew by the docker program, from its own file alone', async () => {
  program('docker');
  process.env.PATH = `${bin}:${usualPath}`;
  const options = { service: 'web', project: 'shop', host: 'unix:///run/x.sock', file: '/srv/compose.yml' };
  await createCompose(options).recreate();
  expect(callsOf('docker')).toEqual(['compose -p shop -f /srv/compose.yml up -d --no-deps --force-recreate web']);
  program('docker', 'echo "no such service: web" >&2; exit 1');
  await expect(createCompose(options).recreate()).rejects.toMatchObject({
    code: 'SUPERVISOR_FAILED',
    message: expect.stringContaining('no such service: web'),
  });
});

test('V5: the lines of a unit come from its journal, the newest first asked for and then each new one', async () => {
  program('journalctl', 'echo one; echo two; case "$*" in *--follow*) exec sleep 30;; esac');
  process.env.PATH = `${bin}:${usualPath}`;
  const unit = { unit: 'bot.service', user: true };
  expect(await journalLines(unit, 50, signal)).toBe('one\ntwo\n');
  const stop = new AbortController();
  const lines: string[] = [];
  await followJournal(
    unit,
    2,
    (line) => {
      lines.push(line);
      if (lines.length === 2) stop.abort();
    },
    stop.signal,
  );
  expect(lines).toEqual(['one', 'two']);
  expect(callsOf('journalctl')).toEqual([
    '--user --no-pager --quiet -o short-iso -n 50 -u bot.service',
    '--user --no-pager --quiet -o short-iso -n 2 -u bot.service --follow',
  ]);
});
