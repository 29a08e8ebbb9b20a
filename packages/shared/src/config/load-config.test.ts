import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { OpsError } from '../errors.ts';
import { makeTempDir } from '../testing/temp-dir.ts';
import { defaultConfigText } from './default-config.ts';
import { readKitEnv } from './kit-env.ts';
import { loadConfig, parseConfig } from './load-config.ts';

const env = { DB_PATH: '/d/game.sqlite', BACKUP_DIR: '/b', YOBAN_HOME: '/h', APP_PORT: '3100' };

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, env, 'yoban.yml');
  } catch (error) {
    if (error instanceof OpsError) return error.fields.problems as string[];
    throw error;
  }
  throw new Error('the configuration was accepted');
}

describe('yoban.yml', () => {
  test('the configuration made from the environment is valid and has the source defaults (B1, B5, A4)', () => {
    const config = parseConfig(defaultConfigText({ appPort: 3100 }), env, 'env');
    expect(config.databases[0]).toMatchObject({
      name: 'game',
      path: '/d/game.sqlite',
      tiers: {
        hourly: { cron: '0 */3 * * *', keep: 8, keepFor: 86_400_000, gzip: false },
        daily: { cron: '0 0 * * *', keep: 7, gzip: false },
        weekly: { cron: '0 0 * * 0', keep: 4, gzip: true },
      },
    });
    expect(config.alerts.deduplicationWindowMs).toBe(900_000);
    expect(config.services.ailife?.health).toMatchObject({ every: 1_000, timeout: 10_000 });
  });

  test('every problem is listed at once, each with line and column', () => {
    const problems = problemsOf(`version: 1
timezone: Mars/Olympus
databases:
  - name: game
    path: /x
    tiers:
      hourly: {cron: "99 * * * *"}
    colour: red
services:
  app:
    health: {url: "http://127.0.0.1:1/", every: 5}
`);
    expect(problems).toHaveLength(4);
    expect(problems.find((line) => line.includes('Mars/Olympus'))).toMatch(/^yoban\.yml:2:11 timezone: /);
    expect(problems.find((line) => line.includes('99 * * * *'))).toMatch(
      /^yoban\.yml:7:22 databases\.0\.tiers\.hourly\.cron: /,
    );
    expect(problems.find((line) => line.includes('colour'))).toMatch(
      /^yoban\.yml:8:13 databases\.0\.colour: unknown key/,
    );
    expect(problems.find((line) => line.includes('health.every'))).toContain('yoban.yml:11:');
  });

  test('O2: names that point nowhere are told beside what the schema refuses, in the order of the file', () => {
    const problems = problemsOf(`version: 1
primary: nobody
databases:
  - {name: a, path: "", service: ghost}
  - {name: a, path: /two, targets: [tape]}
services:
  app: {limits: {memoryMb: many, restarts: 0}, alerts: {routes: {info: [horn]}}}
alerts:
  routes: {critical: [pager]}
colour: red
`);
    expect(problems.map((line) => line.replace('yoban.yml:', ''))).toEqual([
      '2:10 primary: no service "nobody" (there are: app)',
      '4:21 databases.0.path: must not be empty',
      '4:34 databases.0.service: no service "ghost" (there are: app)',
      '5:12 databases.1.name: "a" names both  and /two',
      '5:37 databases.1.targets.0: no target "tape" (there are: none)',
      '7:28 services.app.limits.memoryMb: must be a number',
      '7:44 services.app.limits.restarts: must be more than 0',
      '7:73 services.app.alerts.routes.info.0: no channel "horn" (there are: none)',
      '9:23 alerts.routes.critical.0: no channel "pager" (there are: none)',
      '10:9 colour: unknown key',
    ]);
  });

  test.each(['', '# nothing yet\n'])('an empty file says so: %j', (text) => {
    expect(problemsOf(text)).toEqual(['yoban.yml the file is empty']);
  });

  test('wrong shapes and missing values are told in plain words', () => {
    const problems = problemsOf('databases: {}\nservices: []\nlocale: fr\ntargets: [{name: x, kind: folder}]\n');
    const said = new Set(problems.map((line) => line.replace(/^yoban.yml:\d+:\d+ /, '')));
    const wanted = new Set([
      'databases: must be a list',
      'locale: must be ja or en',
      'services: must be a mapping (name: value)',
      'targets.0.path: is missing',
      'version: must be 1',
    ]);
    expect(said).toEqual(wanted);
    expect(problemsOf('[1]\n')[0]).toContain('must be a mapping');
  });

  test('an unset variable is named where it is used', () => {
    expect(problemsOf('version: 1\ntargets:\n  - {name: x, kind: folder, path: "${NOPE}"}\n')[0]).toBe(
      'yoban.yml:3:35 targets.0.path: ${NOPE} is not set in the environment',
    );
  });

  test('a literal secret is refused with the way out', () => {
    const problems = problemsOf('version: 1\nalerts:\n  channels: {s: {kind: slack, url: "https://hooks/1"}}\n');
    expect(problems[0]).toContain('a secret is never written here: use {env: NAME}');
  });

  test('B11: two databases of one name are refused, naming both files', () => {
    const problems = problemsOf('version: 1\ndatabases:\n  - {name: a, path: /one}\n  - {name: a, path: /two}\n');
    expect(problems[0]).toContain('"a" names both /one and /two');
  });

  test('a route to a channel that is not there is named', () => {
    expect(problemsOf('version: 1\nalerts: {routes: {critical: [pager]}}\n')[0]).toContain(
      'no channel "pager" (there are: none)',
    );
  });

  test('sections of later versions are refused with "not yet", their off values accepted', () => {
    expect(problemsOf('version: 1\ntasks: [x]\n')[0]).toContain('not yet');
    const off =
      'version: 1\ntasks: []\ninclude: []\ndatabases:\n  - {name: g, path: /g, protect: {mode: off}, drill: {every: 6h, invariants: []}, files: []}\n';
    expect(parseConfig(off, env, 'f').databases[0]?.name).toBe('g');
  });

  test('supervisor command names a socket', () => {
    const of = (supervisor: string) => `version: 1\nservices: {a: {supervisor: ${supervisor}}}\n`;
    expect(
      parseConfig(of('{kind: command, socket: "${YOBAN_HOME}/run/a.sock"}'), env, 'f').services.a?.supervisor,
    ).toEqual({ kind: 'command', socket: '/h/run/a.sock' });
    expect(problemsOf(of('{kind: command}'))[0]).toContain('services.a.supervisor.socket: is missing');
    expect(problemsOf(of(`{kind: command, socket: /${'x'.repeat(107)}}`))[0]).toContain('at most 107 bytes');
    expect(problemsOf(of('{kind: command, socket: /s, home: /h}'))[0]).toContain('unknown key');
  });

  test('V6: a unit, an app or a compose service is named so that no program takes it for a flag or a path', () => {
    const of = (supervisor: string) => `version: 1\nservices: {a: {supervisor: ${supervisor}}}\n`;
    for (const kind of ['systemd', 'systemd-user'])
      expect(parseConfig(of(`{kind: ${kind}, unit: bot@1.service}`), env, 'f').services.a?.supervisor).toEqual({
        ...{ kind, unit: 'bot@1.service' },
      });
    for (const name of ['--user', '-x', '../etc', 'a b', 'a;b', ''])
      for (const [kind, key] of [
        ['systemd', 'unit'],
        ['pm2', 'name'],
        ['compose', 'service'],
      ])
        expect(problemsOf(of(`{kind: ${kind}, ${key}: "${name}"}`))[0], name).toContain(`supervisor.${key}`);
    expect(problemsOf(of('{kind: runit, unit: x}'))[0]).toContain('pm2, systemd, systemd-user, command');
  });

  test('supervisor compose names a service, and a project and an engine where they are not the usual ones', () => {
    const of = (more: string) => `version: 1\nservices: {a: {supervisor: {kind: compose${more}}}}\n`;
    const full = ', service: web, project: shop, host: "tcp://socket-proxy:2375"';
    expect(parseConfig(of(full), env, 'f').services.a?.supervisor).toEqual({
      ...{ kind: 'compose', service: 'web', project: 'shop', host: 'tcp://socket-proxy:2375' },
    });
    expect(parseConfig(of(', service: web'), env, 'f').services.a?.supervisor).toEqual({
      kind: 'compose',
      service: 'web',
    });
    expect(problemsOf(of(''))[0]).toContain('services.a.supervisor.service: is missing');
    for (const host of ['ssh://root@h', 'docker.sock', 'tcp://', 'http://h:2375'])
      expect(problemsOf(of(`, service: web, host: "${host}"`))[0], host).toContain('unix:///var/run/docker.sock');
  });

  test('text that is not YAML is one problem with its place', () => {
    expect(problemsOf('version: 1\n  bad: [\n')[0]).toMatch(/^yoban\.yml:\d+:\d+ /);
  });
});

test('relative paths count from the folder of the file, whoever reads it from where', ({ onTestFinished }) => {
  const { dir, remove } = makeTempDir();
  onTestFinished(remove);
  const file = path.join(dir, 'yoban.yml');
  writeFileSync(
    file,
    `version: 1
databases: [{ name: game, path: game.sqlite }]
services:
  a: { supervisor: { kind: pm2, name: a, home: pm2, ecosystem: apps.config.cjs } }
  b: { supervisor: { kind: compose, service: web, project: shop, file: compose.yml } }
`,
  );
  const { kit } = readKitEnv({ YOBAN_HOME: '/h', YOBAN_CONFIG: file }, '/');
  const { config, problems } = loadConfig(kit, {}, '/');
  expect(problems).toEqual([]);
  const at = (name: string) => path.join(dir, name);
  expect(config?.databases[0]?.path).toBe(at('game.sqlite'));
  expect(config?.services.a?.supervisor).toMatchObject({ home: at('pm2'), ecosystem: at('apps.config.cjs') });
  expect(config?.services.b?.supervisor).toMatchObject({ file: at('compose.yml') });
});
