import { createPolicyProbe } from '@yoban/host-tools/policy-probes/create-policy-probe';
import { supervisorOf } from '@yoban/host-tools/supervisors/registry';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { freePort } from '@yoban/shared/testing/free-port';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BotWithParts, writeBotWithParts } from '../bot-with-parts.ts';
import { createPresetKit, type PresetKit } from '../preset-kit.ts';

let kit: PresetKit;
let bot: BotWithParts;
let run: PrivateRun;

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  const port = await freePort(2);
  const webhookPort = port + 1;
  kit = await createPresetKit('voice-bot', (dir) => {
    bot = writeBotWithParts(dir, [port, webhookPort]);
    run = createPrivateRun(bot.script);
    // The preset as it is but for where things are, and quicker; evidence of a unit that is not here is left out.
    return `services:
  voice-bot:
    supervisor: {kind: command, socket: ${run.socket}}
    probeDefaults: {every: 1s, timeout: 2s}
    probes:
      unit: {states: [online]}
      process: {match: '${bot.workerPattern}'}
      port: {port: ${bot.port}, startPeriod: 0s}
      webhook: {url: "${bot.webhookUrl}", recheck: {times: 2, every: 100ms}, startPeriod: 0s}
    evidence: {journal: null}
    budgets: {restarts: {max: 20, backoff: [0s]}}
    faults: {unhealthy: {evidence: [sockets], cooldown: 1s}}
`;
  });
  await run.start('--kill-timeout', '1s');
  await waitFor('the bot to serve', () => answers(bot.webhookUrl));
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up');
});
afterAll(async () => {
  await kit.close();
  await run.stop();
  bot.end();
});
beforeEach(() => kit.forget());

const incidents = () => kit.ear.incidents.filter(({ fault }) => fault === 'unhealthy');

test.each([
  ['the unit is not active', () => run.ask('stop')],
  ['its process is gone', async () => bot.killWorker()],
  ['its port is closed', async () => bot.break('port')],
  ['its webhook answers 500', async () => bot.break('webhook')],
])('V3: %s, all else is good: one verified restart', async (_what, happen) => {
  await happen();
  await waitFor('the end of the incident', () => incidents().at(-1)?.recoveredAt, 30_000);
  expect(kit.runs()).toEqual(['restart']);
  expect(kit.reasons('unhealthy')).toContain('verified');
  expect(incidents().at(-1)).toMatchObject({ recoveredBy: 'yoban', actions: [{ name: 'restart', ok: true }] });
});

test('V3: while all four are good nothing is restarted, and a round of looks takes half a second at most', async () => {
  const service = kit.config().services.find(({ name }) => name === 'voice-bot');
  if (!service) throw new Error('the preset has no voice-bot');
  const supervisor = supervisorOf('voice-bot', service.config.supervisor, { silentMs: 5_000 });
  const around = {
    ...{ service: 'voice-bot', supervisor, home: kit.dir, baseDir: kit.dir, env: process.env, now: Date.now },
    ...{ process: () => undefined, reported: async () => null },
  };
  const names = ['unit', 'process', 'port', 'webhook'];
  const probes = names
    .flatMap((name) => service.config.probes[name] ?? [])
    .map((one) => createPolicyProbe(one, around));
  const ownTime = startOwnTime();
  const findings = await Promise.all(probes.map((probe) => probe.look(AbortSignal.timeout(5_000))));
  expect(ownTime()).toBeLessThan(500);
  expect(findings.map(({ passes }) => passes)).toEqual([true, true, true, true]);
  expect(kit.runs()).toEqual([]);
});
