import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCompose } from '../../packages/host-tools/src/supervisors/compose.ts';
import { superviseConformance } from '../../packages/host-tools/test/conformance.ts';
import { type EngineProject, startEngineProject } from './engine-project.ts';

let project: EngineProject;
beforeAll(async () => {
  project = await startEngineProject();
});
afterAll(() => project.remove());

const container = (service: string) => `${project.name}-${service}-1`;
const direct = (...args: string[]) => project.docker(project.engine, ...args);
const through = (...args: string[]) => project.docker(project.proxy, ...args);
/** Every container but those of other projects on the same engine, which come and go. */
const allButOthers = async () =>
  (await direct('ps', '-a', '--format', '{{.Label "com.docker.compose.project"}} {{.ID}}')).stdout
    .split('\n')
    .filter((line) => line.startsWith(' ') || line.startsWith(`${project.name} `));
const stateOf = async (service: string) =>
  (await direct('inspect', '-f', '{{.State.StartedAt}} {{.State.Pid}}', container(service))).stdout;

describe('the socket proxy before a real engine', () => {
  test('K1: it opens the socket as root without a capability, and is healthy', async () => {
    const facts = await project.inside(
      'socket-proxy',
      'id -u; grep -E "^(CapEff|CapBnd|NoNewPrivs):" /proc/self/status',
    );
    expect(facts.replace(/\s+/g, ' ')).toBe('0 CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1');
    const { stdout } = await direct('inspect', '-f', '{{.State.Health.Status}}', container('socket-proxy'));
    expect(stdout.trim()).toBe('healthy');
  });

  test("the engine's own client sees the labelled container and nobody else", async () => {
    const { stdout } = await through('ps', '-a', '--format', '{{.Names}}');
    // An engine may hold other people's projects, and those of runs that were killed.
    const ours = stdout.split('\n').filter((name) => name.startsWith(`${project.name}-`));
    expect(ours).toEqual([container('shop')]);
    expect((await through('version', '--format', '{{.Server.APIVersion}}')).stdout).toMatch(/^1\.\d+/);
  });

  test('it inspects without the secrets that the engine tells', async () => {
    const [all, seen] = [await direct('inspect', container('shop')), await through('inspect', container('shop'))];
    expect(all.stdout).toContain('s3cret-variable');
    expect(all.stdout).toContain('s3cret-label');
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.stdout).toContain('"Status": "running"');
    expect(seen.stdout).not.toContain('s3cret');
    expect((await through('inspect', container('plain'))).code).not.toBe(0);
  });

  test('it restarts the labelled container and leaves the other one alone', async () => {
    const [shop, plain] = [await stateOf('shop'), await stateOf('plain')];
    expect(await through('restart', '-t', '1', container('shop'))).toMatchObject({ code: 0 });
    expect(await stateOf('shop')).not.toBe(shop);
    for (const act of ['restart', 'stop', 'start']) {
      expect(await through(act, container('plain'))).toMatchObject({
        ...{ code: 1, stderr: expect.stringContaining('no container that carries the label goes by this name') },
      });
    }
    expect(await stateOf('plain')).toBe(plain);
  });

  test.each([
    ['run', '-d', '-v', '/:/host', 'node:24-bookworm-slim', 'sleep', '1000'],
    ['create', '--privileged', 'node:24-bookworm-slim'],
    ['exec', 'SHOP', 'id'],
    ['kill', 'SHOP'],
    ['rm', '-f', 'SHOP'],
    ['pause', 'SHOP'],
    ['update', '--memory', '1g', 'SHOP'],
    ['logs', 'SHOP'],
    ['cp', 'SHOP:/etc/passwd', '-'],
    ['commit', 'SHOP', 'x'],
    ['images'],
    ['pull', 'debian:bookworm-slim'],
    ['volume', 'ls'],
    ['network', 'ls'],
    ['system', 'info'],
    ['swarm', 'init'],
  ])('docker %s %s is refused and changes nothing', async (...args) => {
    const [before, shop] = [await allButOthers(), await stateOf('shop')];
    const { code, stdout, stderr } = await through(...args.map((one) => one.replace('SHOP', container('shop'))));
    expect([code === 0 && !stderr.includes('FORBIDDEN'), `${stdout}${stderr}`]).toEqual([
      false,
      expect.stringContaining('FORBIDDEN'),
    ]);
    expect([await allButOthers(), await stateOf('shop')]).toEqual([before, shop]);
  });

  test('events of the labelled container come through as they happen', async () => {
    const answer = await fetch(`${project.proxy.replace('tcp:', 'http:')}/events`);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    await direct('restart', '-t', '0', container('plain'));
    await direct('restart', '-t', '0', container('shop'));
    let text = '';
    while (!text.includes('"restart"')) text += (await reader?.read())?.value ?? '';
    const actions = [...text.matchAll(/"Action":"(\w+)"/g)].map(([, action]) => action);
    // An engine tells the two ends of a stop in either order.
    expect(new Set(actions.slice(0, 2))).toEqual(new Set(['stop', 'die']));
    expect(actions.slice(2)).toEqual(['start', 'restart']);
    expect(text).not.toContain('s3cret');
    await reader?.cancel();
  });

  test('its log says what was asked for and what was refused', async () => {
    const { stdout } = await direct('logs', container('socket-proxy'));
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'container.asked', do: 'restart', status: 204 }));
    expect(lines).toContainEqual(expect.objectContaining({ event: 'request.refused', method: 'POST', reason: 'path' }));
    expect(lines).toContainEqual(expect.objectContaining({ event: 'request.refused', reason: 'not-guarded' }));
  });
});

describe.each(['engine', 'proxy'] as const)('a real container, by way of the %s', (way) => {
  superviseConformance('compose', async () => {
    const options = { project: project.name, host: project[way] };
    return {
      supervisor: createCompose({ ...options, service: 'shop' }),
      nowhere: createCompose({ ...options, service: way === 'proxy' ? 'plain' : 'nobody' }),
      crash: () => project.crash('shop'),
      breakStart: async (broken) => void (await project.inside('plain', `${broken ? 'touch' : 'rm'} /shared/broken`)),
      end: async () => undefined,
    };
  });
});
