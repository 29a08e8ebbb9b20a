import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPresetKit, type PresetKit, writeProgram } from '../../apps/watchdog/test/preset-kit.ts';
import { type PrivateSystemd, startPrivateSystemd } from '../../packages/host-tools/src/testing/private-systemd.ts';

const unit = 'picoclaw-gateway.service';
const runtimeBefore = process.env.XDG_RUNTIME_DIR;
let systemd: PrivateSystemd;
let kit: PresetKit;

const gateway = (healthPort: number, webhookPort: number) => `
import { createServer } from 'node:http';
const serve = (port, status) => createServer((_, response) => { response.statusCode = status; response.end(); }).listen(port, '127.0.0.1');
serve(${healthPort}, 200);
serve(${webhookPort}, 405);
`;

beforeAll(async () => {
  const health = await freePort(2);
  const webhook = health + 1;
  systemd = await startPrivateSystemd();
  process.env.XDG_RUNTIME_DIR = systemd.runtimeDir;
  kit = await createPresetKit('picoclaw', async (dir) => {
    const script = path.join(dir, 'gateway.mjs');
    writeFileSync(script, gateway(health, webhook));
    await systemd.writeUnit(unit, `[Service]\nExecStart=${process.execPath} ${script}\nRestart=on-failure\n`);
    const funnel = `[ -f '${dir}/off' ] || echo "Funnel on: proxy http://127.0.0.1:18791"`;
    writeProgram(
      dir,
      'tailscale',
      `case "$*" in "funnel status") ${funnel} ;; "funnel --bg 18791") rm -f '${dir}/off' ;; esac`,
    );
    writeProgram(dir, 'sudo', 'shift 2; exec "$@"');
    // The preset's own intervals, unit and budget; only the ports are this test's.
    return `services:
  picoclaw:
    probes:
      health_port: {port: ${health}}
      webhook_port: {port: ${webhook}}
      health: {url: "http://127.0.0.1:${health}/health"}
      ready: {url: "http://127.0.0.1:${health}/ready"}
      webhook: {url: "http://127.0.0.1:${webhook}/webhook/line"}
      model: {url: "http://127.0.0.1:${health}/v1/models"}
`;
  });
  await systemctl('start', unit);
  await waitFor(
    'the gateway',
    () =>
      fetch(`http://127.0.0.1:${health}/`).then(
        ({ ok }) => ok,
        () => false,
      ),
    30_000,
  );
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up', 30_000);
  kit.forget();
});
afterAll(async () => {
  await kit.close();
  await systemd.stop();
  if (runtimeBefore === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = runtimeBefore;
});

function systemctl(...args: string[]): Promise<string> {
  return new Promise((resolve) => execFile('systemctl', ['--user', ...args], (_, stdout) => resolve(stdout.trim())));
}
const recovered = (fault: string) =>
  waitFor(
    `the end of ${fault}`,
    () => kit.ear.incidents.findLast((one) => one.fault === fault && one.recoveredAt !== null),
    130_000,
  );

test('W7, W1: a unit that was stopped and a tunnel that was switched off are back within two minutes', async () => {
  const begun = Date.now();
  await systemctl('stop', unit);
  writeFileSync(path.join(kit.dir, 'off'), '');
  const ends = await Promise.all([recovered('gateway_down'), recovered('tunnel_down')]);
  for (const { recoveredAt } of ends) expect(Date.parse(recoveredAt ?? '') - begun).toBeLessThan(120_000);
  expect(await systemctl('is-active', unit)).toBe('active');
  expect(existsSync(path.join(kit.dir, 'off'))).toBe(false);
  expect(new Set(kit.runs())).toEqual(new Set(['restart_gateway', 'recover_funnel']));
  expect(kit.runs()).toHaveLength(2);
});

test('W7: a tunnel that is switched off alone is found by the next look', async () => {
  kit.forget();
  const begun = Date.now();
  writeFileSync(path.join(kit.dir, 'off'), '');
  const { recoveredAt } = await recovered('tunnel_down');
  expect(Date.parse(recoveredAt ?? '') - begun).toBeLessThan(120_000);
  expect(kit.runs()).toEqual(['recover_funnel']);
});
