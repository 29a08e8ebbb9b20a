// needs: systemd-analyze
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, describe, expect, test } from 'vitest';
import { fillUnit } from '../../apps/cli/src/watchdog/fill-unit.ts';

const root = path.resolve(import.meta.dirname, '../..');
const templates = path.join(root, 'infra', 'systemd');
const temp = makeTempDir();
afterAll(() => temp.remove());

/** Writes the units of a scope, as `watchdog install` does, and gives what systemd says of them; empty = nothing is wrong. */
function verify(scope: 'system' | 'user', withSudo: boolean): string {
  const folder = path.join(temp.dir, `${scope}-${withSudo}`);
  mkdirSync(folder);
  const names = readdirSync(templates);
  for (const name of names) {
    const settings = {
      ...{ scope, withSudo, user: 'daemon', node: process.execPath, root, home: temp.dir },
      ...{ envFile: path.join(temp.dir, '.env'), guardian: 'package.json' },
      redis: { program: process.execPath, socket: path.join(temp.dir, 'redis.sock') },
    };
    writeFileSync(path.join(folder, name), fillUnit(readFileSync(path.join(templates, name), 'utf8'), settings));
  }
  const units = names.map((name) => name.replace('yoban@.', 'yoban@alerter.'));
  const args = [...(scope === 'user' ? ['--user'] : []), 'verify', '--man=no', '--recursive-errors=one', ...units];
  const env = { ...process.env, XDG_RUNTIME_DIR: temp.dir };
  const { stdout, stderr, status } = spawnSync('systemd-analyze', args, { cwd: folder, env, encoding: 'utf8' });
  return `${stdout}${stderr}${status === 0 ? '' : `status ${status}`}`;
}

describe.each(['system', 'user'] as const)('units of the %s', (scope) => {
  test.each([true, false])('V6: systemd finds nothing wrong with them (sudo in a repair: %s)', (withSudo) => {
    expect(verify(scope, withSudo)).toBe('');
  });
});
