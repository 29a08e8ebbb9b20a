import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OpsError } from '../errors.ts';
import { makeTempDir } from '../testing/temp-dir.ts';
import { parseConfig } from './load-config.ts';

let folder: ReturnType<typeof makeTempDir>;
beforeEach(() => {
  folder = makeTempDir();
});
afterEach(() => folder.remove());

const write = (name: string, text: string) => writeFileSync(path.join(folder.dir, name), text);

const base = `version: 1
services:
  web:
    probes:
      front: {type: http, url: "http://127.0.0.1:\${WEB_PORT:-80}/", every: 30s, fall: 3, status: [200, 204]}
      disk: {type: resource, metric: disk_used_pct, max: 90}
    actions: {restart: {kind: supervisor, op: restart}}
    faults: {down: {anyOf: [front], ladder: [{on: fault, do: [restart]}]}}
`;

const load = (text: string, env: Record<string, string> = {}) =>
  parseConfig(text, { YOBAN_PRESETS: folder.dir, ...env }, path.join(folder.dir, 'yoban.yml'));

function problemsOf(text: string, env: Record<string, string> = {}): string[] {
  try {
    load(text, env);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return (error.fields.problems as string[]).map((line) => line.replaceAll(`${folder.dir}/`, ''));
  }
  throw new Error('the configuration was accepted');
}

describe('include', () => {
  test('W8: a preset is read by its name, its variables with their defaults', () => {
    write('base.yml', base);
    expect(load('version: 1\ninclude: [base]\n').services.web?.probes.front).toMatchObject({
      ...{ url: 'http://127.0.0.1:80/', every: 30_000, fall: 3 },
    });
    expect(load('version: 1\ninclude: [base]\n', { WEB_PORT: '8082' }).services.web?.probes.front).toMatchObject({
      url: 'http://127.0.0.1:8082/',
    });
  });

  test('the file wins key by key, lists are replaced, null removes', () => {
    write('base.yml', base);
    const config = load(`version: 1
include: [./base.yml]
services:
  web:
    displayName: Front page
    probes: {front: {every: 5s, status: [200]}, disk: null, port: {type: tcp, port: 80}}
`);
    expect(config.services.web).toMatchObject({ displayName: 'Front page', mode: 'enforce' });
    expect(Object.keys(config.services.web?.probes ?? {})).toEqual(['front', 'port']);
    expect(config.services.web?.probes.front).toMatchObject({ every: 5_000, fall: 3, status: [200] });
  });

  test('a mapping of another kind or type takes the place of the whole one', () => {
    write('base.yml', base);
    const config = load(
      'version: 1\ninclude: [base]\nservices: {web: {actions: {restart: {kind: exec, argv: [/bin/true]}}, probes: {front: {type: tcp, port: 80}}}}\n',
    );
    expect(config.services.web?.actions.restart).toMatchObject({ kind: 'exec', argv: ['/bin/true'] });
    expect(config.services.web?.probes.front).toMatchObject({ type: 'tcp', fall: 1 });
  });

  test('a later preset lies upon an earlier one', () => {
    write('base.yml', base);
    write('quick.yml', 'services: {web: {probes: {front: {every: 1s}}}}\n');
    expect(load('version: 1\ninclude: [base, quick]\n').services.web?.probes.front).toMatchObject({ every: 1_000 });
    expect(load('version: 1\ninclude: [quick, base]\n').services.web?.probes.front).toMatchObject({ every: 30_000 });
  });

  test('what cannot be read is told with what there is', () => {
    write('base.yml', base);
    expect(problemsOf('version: 1\ninclude: [bse, ./gone.yml, base, base]\n')).toEqual([
      'yoban.yml:2:11 include.0: no preset "bse" (there are: base)',
      'yoban.yml:2:16 include.1: gone.yml cannot be read (ENOENT)',
      'yoban.yml:2:34 include.3: "base" is included already',
    ]);
    expect(problemsOf('version: 1\ninclude: base\n')).toEqual(['yoban.yml:2:10 include: must be a list']);
  });

  test('a problem is told where it stands: in the preset, or in the file that overrides it', () => {
    write('base.yml', base.replace('fall: 3', 'fall: none').replace('do: [restart]', 'do: [reboot]'));
    const problems = problemsOf(
      'version: 1\ninclude: [base]\nservices: {web: {probes: {disk: {max: much}, port: {type: tcp}}}}\n',
    );
    expect(problems).toEqual([
      'yoban.yml:3:39 services.web.probes.disk.max: must be a number',
      'yoban.yml:3:52 services.web.probes.port.port: is missing',
      'base.yml:5:87 services.web.probes.front.fall: must be a number',
      'base.yml:8:63 services.web.faults.down.ladder.0.do.0: no action "reboot" (there are: restart)',
    ]);
  });

  test('removing what is still named is told at the name', () => {
    write('base.yml', base);
    expect(problemsOf('version: 1\ninclude: [base]\nservices: {web: {probes: {front: null}}}\n')).toEqual([
      'base.yml:8:29 services.web.faults.down.anyOf.0: no probe "front" (there are: disk)',
    ]);
  });

  test('a variable without a value is a problem only as long as the preset is not overridden there', () => {
    write('base.yml', base.replace('${WEB_PORT:-80}', '${WEB_PORT}'));
    expect(problemsOf('version: 1\ninclude: [base]\n')).toEqual([
      'base.yml:5:32 services.web.probes.front.url: ${WEB_PORT} is not set in the environment',
      'base.yml:5:32 services.web.probes.front.url: is not an address such as http://127.0.0.1:3000/',
    ]);
    const own = 'services: {web: {probes: {front: {url: "http://127.0.0.1:9/"}}}}\n';
    expect(load(`version: 1\ninclude: [base]\n${own}`).services.web?.probes.front).toMatchObject({ every: 30_000 });
  });

  test('a preset holds no more than a preset may, and is told broken or empty as such', () => {
    write('more.yml', 'locale: en\ntimezone: Asia/Tokyo\n');
    write('void.yml', '# nothing\n');
    write('torn.yml', 'services: {web: [}\n');
    const problems = problemsOf('version: 1\ninclude: [more, void, torn]\n');
    expect(problems.slice(0, 3)).toEqual([
      'more.yml:1:9 locale: a preset holds only version, settings, databases, services, alerts',
      'more.yml:2:11 timezone: a preset holds only version, settings, databases, services, alerts',
      'void.yml the file is empty',
    ]);
    expect(problems[3]).toMatch(/^torn\.yml:1:\d+ /);
  });

  test('W8: settings of a JSON file are read by their dotted names; a name that nothing reads is told', () => {
    const preset = `settings: "\${SETTINGS:-monitoring.json}"
services:
  web:
    mode: "\${monitoring.autoRecovery.enabled:-true}"
    probes: {front: {type: tcp, port: 80, every: "\${monitoring.intervals.health:-300000}ms"}}
`;
    write('js.yml', preset);
    const text = 'version: 1\ninclude: [js]\n';
    expect(load(text).services.web).toMatchObject({ mode: 'enforce', probes: { front: { every: 300_000 } } });
    write('monitoring.json', '{"monitoring": {"intervals": {"health": 60000}, "autoRecovery": {"enabled": false}}}');
    expect(load(text).services.web).toMatchObject({ mode: 'observe', probes: { front: { every: 60_000 } } });
    write('other.json', '{"monitoring": {"intervals": {"heath": 60000}}}');
    expect(problemsOf(text, { SETTINGS: 'other.json' })[0]).toMatch(
      /^js\.yml:1:11 settings: other\.json sets "monitoring\.intervals\.heath", which nothing reads \(there are: monitoring/,
    );
    write('torn.json', '{');
    expect(problemsOf(text, { SETTINGS: 'torn.json' })).toEqual([
      'js.yml:1:11 settings: torn.json cannot be read (it is not JSON)',
    ]);
  });
});

describe('enabled: false', () => {
  const text = (line: string, kick: string) => `version: 1
services:
  web:
    actions: {restart: {kind: supervisor, op: restart}}
    kick: {enabled: "${kick}", token: {env: T}, allow: [restart]}
    alerts: {routes: {critical: [line, slack]}, escalation: [{channels: [slack]}, {channels: [line]}]}
alerts:
  channels:
    slack: {kind: slack, url: {env: S}, fallback: line}
    line: {kind: line, enabled: "${line}", token: {env: L}, to: {env: TO}}
  routes: {critical: [line], info: [slack]}
`;

  test('W8: a channel and a kick are turned off by a variable, with every mention of the channel', () => {
    const off = load(text('${NOTIFY:-false}', '${KICK:-false}'));
    expect(off.alerts.channels).toEqual({ slack: { kind: 'slack', url: { env: 'S' } } });
    expect(off.alerts.routes).toEqual({ critical: [], warning: [], info: ['slack'] });
    expect(off.services.web?.alerts?.routes?.critical).toEqual(['slack']);
    expect(off.services.web?.alerts?.escalation).toEqual([{ afterMs: 0, channels: ['slack'] }]);
    expect(off.services.web?.kick).toBeUndefined();
    const on = load(text('${NOTIFY:-false}', '${KICK:-false}'), { NOTIFY: 'true', KICK: 'true' });
    expect(on.alerts.channels.slack?.fallback).toBe('line');
    expect(on.services.web?.alerts?.routes?.critical).toEqual(['line', 'slack']);
    expect(on.services.web?.kick?.allow).toEqual(['restart']);
  });

  test('a service that is off is not there, and nothing may rely on it', () => {
    const off = (more: string) => `version: 1\nservices: {a: {enabled: false}, b: {}}\n${more}`;
    expect(Object.keys(load(off('')).services)).toEqual(['b']);
    expect(problemsOf(off('primary: a\n'))).toEqual(['yoban.yml:3:10 primary: no service "a" (there are: b)']);
  });
});
