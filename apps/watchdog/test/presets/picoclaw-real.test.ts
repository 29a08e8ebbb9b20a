import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createPresetKit, type PresetKit, writeProgram } from '../preset-kit.ts';

let kit: PresetKit;
let run: PrivateRun;
let model: Server;
let modelPort = 0;
const at = (name: string) => path.join(kit.dir, name);
const put = (name: string, text = '') => writeFileSync(at(name), text);

/** The gateway: two ports, health and ready, a webhook that takes no GET. Started again, its health is good. */
const gateway = (dir: string, healthPort: number, webhookPort: number) => `
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
const sick = ${JSON.stringify(path.join(dir, 'sick'))};
rmSync(sick, { force: true });
const serve = (port, status) => createServer((request, response) => {
  response.statusCode = status(request.url);
  response.end();
}).listen(port, '127.0.0.1');
serve(${healthPort}, () => (existsSync(sick) ? 500 : 200));
serve(${webhookPort}, (url) => (url === '/webhook/line' ? 405 : 404));
`;

/** The tunnel's program: "off" is a file; with "stuck" it comes back only after a reset. */
const tailscale = (dir: string, port: number) => `
echo "$*" >> '${dir}/tailscale.calls'
case "$*" in
  "funnel status") [ -f '${dir}/off' ] || printf 'Funnel on\\n|-- / proxy http://127.0.0.1:${port}\\n' ;;
  "funnel reset") rm -f '${dir}/stuck' ;;
  "funnel --bg 18791") [ -f '${dir}/stuck' ] || rm -f '${dir}/off' ;;
esac`;

const startModel = async () => {
  model = createServer((_, response) => response.end('{"data":[]}'));
  await new Promise<void>((resolve) => model.listen(modelPort, '127.0.0.1', resolve));
};
const stopModel = () => {
  model.closeAllConnections();
  return new Promise((resolve) => model.close(resolve));
};

beforeAll(async () => {
  const health = await freePort(3);
  const [webhook, ofModel] = [health + 1, health + 2];
  modelPort = ofModel;
  await startModel();
  kit = await createPresetKit('picoclaw', (dir) => {
    const script = path.join(dir, 'gateway.mjs');
    writeFileSync(script, gateway(dir, health, webhook));
    writeProgram(dir, 'tailscale', tailscale(dir, 18_791));
    writeProgram(dir, 'sudo', `[ "$1 $2" = "-n --" ] || exit 64\nshift 2\nexec "$@"`);
    run = createPrivateRun(script);
    // The preset as it is but for where things are, and quicker.
    return `services:
  picoclaw:
    supervisor: {kind: command, socket: ${run.socket}}
    probeDefaults: {every: 1s, timeout: 10s, startPeriod: 0s}
    probes:
      unit: {states: [online]}
      health_port: {port: ${health}}
      webhook_port: {port: ${webhook}}
      health: {url: "http://127.0.0.1:${health}/health", recheck: {every: 200ms}}
      ready: {url: "http://127.0.0.1:${health}/ready", recheck: {every: 200ms}}
      webhook: {url: "http://127.0.0.1:${webhook}/webhook/line"}
      model: {url: "http://127.0.0.1:${ofModel}/v1/models"}
    actions: {wait_10s: {for: 300ms}}
    evidence: {journal: null}
    budgets: {gateway: {max: 20, backoff: [0s]}}
    faults:
      gateway_unready: {evidence: [unit_state], cooldown: 1s}
      webhook_unreachable: {evidence: [unit_state], cooldown: 1s}
      tunnel_down: {cooldown: 1s}
      model_unreachable: {cooldown: 1s}
`;
  });
  await run.start('--kill-timeout', '1s');
  await waitFor('the gateway to serve', () =>
    fetch(`http://127.0.0.1:${webhook}/webhook/line`).then(
      ({ status }) => status === 405,
      () => false,
    ),
  );
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up');
});
afterAll(async () => {
  await kit.close();
  await run.stop();
  await stopModel();
});
beforeEach(() => kit.forget());

const recovered = (fault: string) =>
  waitFor(
    `the end of ${fault}`,
    () => kit.ear.incidents.findLast((one) => one.fault === fault && one.recoveredAt !== null),
    30_000,
  );

describe('picoclaw on a real gateway', () => {
  test('W1: while unit, ports, health, webhook (405), tunnel and model are good nothing is done', async () => {
    await waitFor('some rounds of looks', () => {
      const calls = existsSync(at('tailscale.calls')) ? readFileSync(at('tailscale.calls'), 'utf8') : '';
      return calls.split('\n').length > 4;
    });
    expect(kit.runs()).toEqual([]);
    expect(readFileSync(at('tailscale.calls'), 'utf8')).not.toMatch(/reset|--bg/);
  });

  test('W7: a gateway that was stopped is back', async () => {
    await run.ask('stop');
    expect(await recovered('gateway_down')).toMatchObject({ recoveredBy: 'yoban' });
    expect(kit.runs()).toEqual(['restart_gateway']);
  });

  test('W2: health that fails twice leads to evidence and one restart', async () => {
    put('sick');
    const incident = await recovered('gateway_unready');
    expect(incident.evidence).toHaveLength(1);
    expect(kit.runs()).toEqual(['restart_gateway']);
    await waitFor('the notice', () => kit.ear.told().includes('raise gateway_health_failing'), 30_000);
  });

  test('W4: a tunnel that is off is switched on by sudo -n; one that stays off after a reset', async () => {
    put('off');
    await recovered('tunnel_down');
    expect(kit.runs()).toEqual(['recover_funnel']);
    kit.forget();
    put('stuck');
    put('off');
    await waitFor('the repair', () => kit.runs().length >= 3 && !existsSync(at('off')), 40_000);
    expect(kit.runs()).toEqual(['recover_funnel', 'reset_funnel', 'recover_funnel']);
    await recovered('tunnel_down');
  });

  test('W3: a model API that is gone: one restart, one notice; a gateway that stops meanwhile is started', async () => {
    await stopModel();
    await waitFor('the notice', () => kit.ear.told().includes('raise model_api_failing'), 60_000);
    expect(kit.runs()).toEqual(['wait_10s', 'check_ollama', 'restart_gateway']);
    await run.ask('stop');
    await recovered('gateway_down');
    expect(kit.runs().filter((action) => action === 'restart_gateway')).toHaveLength(2);
    await startModel();
    await recovered('model_unreachable');
    expect(kit.ear.told().filter((one) => one.endsWith('model_api_failing'))).toEqual([
      'raise model_api_failing',
      'clear model_api_failing',
    ]);
  }, 150_000);
});
