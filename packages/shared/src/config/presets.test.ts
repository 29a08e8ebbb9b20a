import { describe, expect, test } from 'vitest';
import { parseConfig } from './load-config.ts';
import { presetFolder, presetNames } from './preset-folder.ts';
import type { ServiceConfig } from './yoban-config.ts';

const kit = {
  ...{ DB_PATH: '/d/game.sqlite', BACKUP_DIR: '/b', YOBAN_HOME: '/h', APP_PORT: '3100' },
  HEALTH_URL: 'http://127.0.0.1:3000/api/health',
};
const load = (preset: string, env: Record<string, string> = {}) =>
  parseConfig(`version: 1\ninclude: [${preset}]\n`, { ...kit, ...env }, '/etc/yoban/yoban.yml');

function serviceOf(preset: string, env: Record<string, string> = {}): ServiceConfig {
  const service = load(preset, env).services[preset];
  if (service === undefined) throw new Error(`the preset ${preset} has no service of its name`);
  return service;
}

describe('presets', () => {
  const names = presetNames(presetFolder({}));

  test('there is one for each of the five documents', () => {
    expect(names).toEqual(['ailife', 'crypto', 'picoclaw', 'voice-bot', 'westep']);
  });

  test.each(names)('%s loads without a problem and without a variable of its own', (name) => {
    const service = serviceOf(name);
    expect(Object.keys(service.faults).length).toBeGreaterThan(0);
    // An action that nobody counts could be begun for ever.
    const counted = Object.values(service.budgets).flatMap(({ counts }) => counts);
    for (const [action, { kind }] of Object.entries(service.actions))
      if (kind === 'restore_sqlite') expect(counted).toContain(action);
  });

  test('they stand beside each other in one installation', () => {
    expect(new Set(Object.keys(load(names.join(', ')).services))).toEqual(new Set(names));
  });
});

describe('picoclaw', () => {
  test('W1: unit, both ports, health and ready, tunnel with both texts, webhook = 405 in two cycles, model API', () => {
    expect(serviceOf('picoclaw').probes).toMatchObject({
      unit: { type: 'supervisor', states: ['active'], every: 60_000 },
      health_port: { type: 'tcp', port: 18_790 },
      webhook_port: { type: 'tcp', port: 18_791 },
      health: { url: 'http://127.0.0.1:18790/health', status: [200], fall: 2 },
      ready: { url: 'http://127.0.0.1:18790/ready', status: [200], fall: 2 },
      tunnel: { type: 'tunnel', contains: ['Funnel on', 'proxy http://127.0.0.1:18791'] },
      webhook: { url: 'http://127.0.0.1:18791/webhook/line', status: [405], fall: 2 },
      model: { url: 'http://127.0.0.1:11434/v1/models', status: [200] },
    });
  });

  test('W8: PICOCLAW_* are read with the defaults of the source', () => {
    const usual = load('picoclaw');
    expect(usual.services.picoclaw?.budgets.gateway).toMatchObject({ max: 3, window: 600_000 });
    expect(usual.services.picoclaw?.kick).toBeUndefined();
    expect(usual.services.picoclaw?.alerts?.routes).toEqual({ critical: [], warning: [], info: [] });
    const set = load('picoclaw', {
      PICOCLAW_WATCHDOG_INTERVAL_SEC: '30',
      PICOCLAW_WATCHDOG_RESTART_WINDOW_SEC: '900',
      PICOCLAW_WATCHDOG_RESTART_MAX_COUNT: '5',
      PICOCLAW_WATCHDOG_LINE_NOTIFY_ENABLED: 'true',
      PICOCLAW_WATCHDOG_KICK_ENABLED: 'true',
    });
    expect(set.services.picoclaw).toMatchObject({
      probes: { unit: { every: 30_000 }, model: { every: 30_000 } },
      budgets: { gateway: { max: 5, window: 900_000 } },
      kick: { token: { env: 'PICOCLAW_WATCHDOG_KICK_TOKEN' } },
      alerts: { routes: { critical: ['picoclaw_line'] } },
    });
    expect(set.alerts.channels.picoclaw_line).toMatchObject({
      kind: 'line',
      token: { env: 'PICOCLAW_CHANNELS_LINE_CHANNEL_ACCESS_TOKEN' },
      to: { env: 'PICOCLAW_WATCHDOG_LINE_NOTIFY_TO' },
    });
    expect(load('picoclaw', { PICOCLAW_WATCHDOG_ENABLED: 'false' }).services).toEqual({});
  });

  test('W6: three actions may be asked for, by a source that is named whole', () => {
    const { kick } = serviceOf('picoclaw', { PICOCLAW_WATCHDOG_KICK_ENABLED: 'true' });
    expect(kick?.allow).toEqual(['restart_gateway', 'recover_funnel', 'check_ollama']);
    const pattern = new RegExp(kick?.sourcePattern ?? '', 'u');
    expect(['line:U1f', 'cli'].every((source) => pattern.test(source))).toBe(true);
    expect(['line', 'line:', 'line:a b', 'xcli'].some((source) => pattern.test(source))).toBe(false);
  });

  test('W5: five faults have a key of their own, each told at most once in 15 minutes', () => {
    const { faults, budgets } = serviceOf('picoclaw');
    const keys = Object.values(faults).flatMap(({ ladder }) => ladder.flatMap(({ alertType }) => alertType ?? []));
    const limit = Object.values(budgets).flatMap(({ onExhausted }) => onExhausted.alertType ?? []);
    expect(new Set([...keys, ...limit])).toEqual(
      new Set([
        ...['restart_limit', 'gateway_restart_failed', 'gateway_health_failing'],
        ...['tunnel_recovery_failed', 'model_api_failing'],
      ]),
    );
    expect(Object.values(faults).map(({ cooldown }) => cooldown)).toEqual(Object.keys(faults).map(() => 900_000));
  });
});

describe('the others', () => {
  test('C1: crypto asks each 30 s with a limit of 10 s for a price, and acts on the third failure in a row', () => {
    const { probes, grace, faults } = serviceOf('crypto');
    expect(probes.price).toMatchObject({
      ...{ type: 'http', every: 30_000, timeout: 10_000, fall: 3 },
      ...{ url: 'http://127.0.0.1:8082/api/ticker/DOGE_JPY', json: [{ path: '/current_price', exists: true }] },
    });
    expect(probes).toMatchObject({
      memory: { max: 512, fall: 2 },
      cpu: { max: 90, fall: 4, every: 30_000 },
      log_size: { maxSize: 50 * 1_048_576 },
    });
    expect(grace).toBe(3_000);
    expect(faults.crashed?.firstResponder).toEqual({ owner: 'supervisor', grace: 3_000 });
  });

  test('V3: voice-bot has four checks, each by itself a fault', () => {
    const { faults, probes } = serviceOf('voice-bot');
    expect(faults.unhealthy?.anyOf).toEqual(['unit', 'process', 'port', 'webhook']);
    expect(probes.port).toMatchObject({ port: 3_003, every: 600_000 });
    expect(serviceOf('voice-bot', { VOICE_BOT_PORT: '4000' }).probes.port).toMatchObject({ port: 4_000 });
  });

  test('W8: WEBHOOK_URL, ALERT_CHANNEL and the figures of the JSON block are the defaults of westep', () => {
    const { services, alerts } = load('westep');
    expect(services.westep).toMatchObject({
      mode: 'enforce',
      probes: {
        tables: { every: 300_000 },
        response_time: { every: 60_000, maxLatency: 2_000 },
        error_rate: { max: 0.05 },
      },
      budgets: { repairs: { max: 3, window: 3_600_000 } },
      sla: { detect: 300_000, recover: 900_000, autoSuccess: 0.8, falsePositive: 0.05 },
    });
    expect(services.westep?.alerts?.escalation?.map(({ afterMs }) => afterMs)).toEqual([0, 900_000, 3_600_000]);
    expect(alerts.channels.westep).toEqual({ kind: 'slack', url: { env: 'WEBHOOK_URL' }, channel: '#westep-alerts' });
    expect(load('westep', { ALERT_CHANNEL: '#ops' }).alerts.channels.westep).toMatchObject({ channel: '#ops' });
  });

  test('R4: ailife asks the app whether it lives, never the kit, and restores at most once in 6 h', () => {
    const { probes, faults, budgets } = serviceOf('ailife');
    expect(probes.alive).toMatchObject({ url: 'http://127.0.0.1:3100/healthz' });
    const asked = Object.entries(probes).filter(([, probe]) => 'url' in probe && probe.url === kit.HEALTH_URL);
    const finding = Object.values(faults).flatMap(({ anyOf, allOf }) => [...(anyOf ?? []), ...(allOf ?? [])]);
    for (const [name] of asked) expect(finding).not.toContain(name);
    expect(faults.down?.firstResponder?.grace).toBe(10_000);
    expect(budgets.restores).toMatchObject({ counts: ['restore'], max: 1, window: 21_600_000 });
  });
});
