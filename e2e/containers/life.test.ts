import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { contentHash, livedHash } from '../harness/example-app.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';
import { mainPid } from './on-engine.ts';
import { type RunningProject, services, startProject } from './running-project.ts';

/** As people get it: an app that takes longer than that to answer is down. */
const graceMs = 10_000;
const undo = undoAfterAll();
const temp = makeTempDir();
undo(temp.remove);
let project: RunningProject;

beforeAll(async () => {
  project = await startProject(graceMs);
  undo(project.remove);
  undo(() => project.compose('down', '-v', '--timeout', '1'));
});

const backupNow = async (): Promise<string> => {
  const { code, stdout, stderr } = await project.yoban('backup', 'now', '--json');
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { file: { path: string } }).file.path;
};
/** A file of the project's volumes, copied out of `service`'s container. */
async function copyOut(service: string, file: string, as: string): Promise<string> {
  const copy = path.join(temp.dir, as);
  const { code, stderr } = await project.compose('cp', `${service}:${file}`, copy);
  expect(code, stderr).toBe(0);
  return copy;
}
/** How many messages of this level are about it. */
const told = async (head: string, about: string) =>
  (await project.messages()).filter((one) => one.includes(`[${head}]`) && one.includes(about)).length;
const untilTold = (head: string, about: string) =>
  waitFor(`${head}: ${about}`, async () => (await told(head, about)) > 0, 60_000);

test('K1: the whole kit is healthy from nothing, each service in a container of its own', async () => {
  for (const service of services) expect((await project.container(service)).State.Status, service).toBe('running');
  await project.untilStatus('healthy');
  const page = await fetch(`${project.url}/admin/dashboard`);
  expect(await page.text()).toContain('<div id="root">');
});

test('K1: only the API is published, and on loopback alone', async () => {
  for (const service of services) {
    const { Ports } = (await project.container(service)).NetworkSettings;
    const published = Object.values(Ports).flatMap((bindings) => bindings ?? []);
    expect(published.every(({ HostIp }) => HostIp === '127.0.0.1')).toBe(true);
    // The example's port is published by these tests only.
    if (!['health-api', 'ailife'].includes(service)) expect(published, service).toEqual([]);
  }
});

test.each(services)(
  'K1: %s runs unprivileged, holds no capability and cannot write outside its volumes',
  async (name) => {
    const facts = await project.inside(
      name,
      'id -u; grep -E "^(CapEff|CapBnd|NoNewPrivs|Seccomp):" /proc/self/status | tr -s "\\t " " "; for f in / /app /usr/local/bin /etc /var/lib /home; do [ -d $f ] && (echo x >$f/probe) 2>/dev/null && echo "wrote $f"; done; true',
    );
    expect(facts.split('\n')).toEqual(
      [
        name === 'redis' ? '999' : '1000',
        'CapBnd: 0000000000000000',
        'CapEff: 0000000000000000',
        'NoNewPrivs: 1',
        'Seccomp: 2',
      ].sort((a, b) => facts.indexOf(a) - facts.indexOf(b)),
    );
  },
);

test.each(services.filter((name) => name !== 'redis'))(
  'K1: the image of %s holds neither a compiler nor what only development needs',
  async (name) => {
    const unwanted = ['tsc', 'gcc', 'cc', 'make', 'vitest', 'turbo', 'biome'].map((one) => `-name ${one}`);
    const files = `find / -xdev -type f,l \\( ${unwanted.join(' -o ')} \\) -perm -u+x 2>/dev/null; true`;
    expect(await project.inside(name, files)).toBe('');
    expect(
      await project.inside(name, 'find /app /yoban-run -name "*.ts" -path "*yoban*/src/*" 2>/dev/null | head -n 3'),
    ).toBe('');
  },
);

test('K1: the guarded app can read neither the admin key nor Redis', async () => {
  const seen = await project.inside(
    'ailife',
    'ls /yoban/keys; (exec 3<>/dev/tcp/redis/6379) 2>/dev/null && echo reached; true',
  );
  expect(seen).toBe('');
});

test('B2, B3: a backup taken while the app writes is verified and equals one of its commits', async () => {
  await project.flip('tips', { count: 100, yen: 500 });
  const file = await backupNow();
  expect(path.basename(file)).toMatch(/^game_hourly_\d{8}_\d{6}\.sqlite$/);
  const { hash } = contentHash(await copyOut('backup-worker', file, 'backup.sqlite'));
  const oracle = readFileSync(await copyOut('ailife', '/yoban/logs/oracle.jsonl', 'oracle.jsonl'), 'utf8');
  expect(oracle).toContain(`"hash":"${hash}"`);
  expect(await project.yoban('backup', 'verify')).toMatchObject({ code: 0 });
});

test('K1, H6: a crashed app is back at once and told as an INFO, a hung one as CRITICAL until it is restarted', async () => {
  const before = await project.appPid();
  await project.flip('crash');
  const after = await project.untilAppPid(before);
  // Only then it counts as back: hung before that, it would be the crash that lasts.
  await untilTold('INFO', 'プロセスは yoban run によって再起動されました');
  await project.flip('hang', { seconds: 600 });
  await untilTold('CRITICAL', '応答しません');
  expect(await project.yoban('restart', 'ailife')).toMatchObject({ code: 0 });
  await project.untilAppPid(after);
  await untilTold('RECOVERED', 'サービスの応答が戻りました');
});

test('K1, R3: a destroyed database comes back by one command in the CLI container', async () => {
  await waitFor('the tips written', async () => (await project.health()).checks.database.status === 'ok', 60_000);
  const backup = livedHash(await copyOut('backup-worker', await backupNow(), 'before.sqlite'));
  await project.inside('ailife', 'head -c 300000 /dev/zero | tr "\\0" g >/data/game.sqlite');
  const { code, stdout, stderr } = await project.yoban('restore', '--latest', '--yes', '--json');
  expect(code, `${stdout}${stderr}`).toBe(0);
  expect(livedHash(await copyOut('ailife', '/data/game.sqlite', 'after.sqlite'))).toBe(backup);
  await project.untilStatus('healthy');
});

test('K1, A5: with Redis killed and then away, an alert is neither lost nor doubled', async () => {
  await project.killOnce('redis');
  await project.untilHealth('redis', 'healthy');
  await project.compose('stop', '-t', '1', 'redis');
  await project.flip('refuse-start', { on: true });
  await project.flip('crash');
  // Without the bus the alerter is asked directly, and tells at once; what it told must not be told again afterwards.
  await untilTold('CRITICAL', 'プロセスが停止し');
  await project.compose('start', 'redis');
  await project.untilHealth('redis', 'healthy');
  await project.inside('ailife', 'rm /data/game.sqlite.refuse-start');
  expect(await project.yoban('restart', 'ailife')).toMatchObject({ code: 0 });
  await untilTold('RECOVERED', 'プロセスが復帰しました');
  const counts = [await told('CRITICAL', 'プロセスが停止し'), await told('RECOVERED', 'プロセスが復帰しました')];
  expect(counts, (await project.messages()).join('\n')).toEqual([1, 1]);
});

test('K1: a stopped service turns unhealthy, and healthy again when it goes on', async () => {
  const beating = ['health-api', 'alerter', 'backup-worker', 'watchdog', 'ailife-standins'];
  await Promise.all(beating.map((service) => project.inside(service, `kill -STOP ${mainPid}`)));
  await Promise.all(beating.map((service) => project.untilHealth(service, 'unhealthy')));
  await Promise.all(beating.map((service) => project.inside(service, `kill -CONT ${mainPid}`)));
  await Promise.all(beating.map((service) => project.untilHealth(service, 'healthy')));
});

test('K1: every service is killed once and comes back by itself', async () => {
  await Promise.all(services.map((service) => project.killOnce(service)));
  await Promise.all(services.map((service) => project.untilHealth(service, 'healthy')));
  await project.untilStatus('healthy', 90_000);
  expect(await project.yoban('backup', 'now')).toMatchObject({ code: 0 });
});

test('K1: it stops within its ten seconds, and down -v leaves no container, network, volume or process', async () => {
  const pids = await Promise.all(services.map(async (service) => (await project.container(service)).State.Pid));
  const startedAt = performance.now();
  expect(await project.compose('stop')).toMatchObject({ code: 0 });
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  for (const service of services) expect((await project.container(service)).State.Status).toBe('exited');
  expect(await project.compose('down', '-v')).toMatchObject({ code: 0 });
  const label = `label=com.docker.compose.project=${project.name}`;
  for (const [kind, list] of [
    ['container', ['ps', '-aq']],
    ['network', ['network', 'ls', '-q']],
    ['volume', ['volume', 'ls', '-q']],
  ] as const) {
    expect(await project.docker(...list, '--filter', label), kind).toBe('');
  }
  expect(pids.filter(isAlive)).toEqual([]);
});
