import { parseRedisUrl, type RedisAddress } from '@yoban/shared/bus/connection';
import { type KitConfig, readKitConfig, type YobanConfig } from '@yoban/shared/config/kit-config';
import { readSecret, readTextOrEnv, requireInProduction } from '@yoban/shared/config/secrets';
import { OpsError } from '@yoban/shared/errors';
import type { ChannelSettings } from './channels/registry.ts';
import type { MessageStyle } from './core/message.ts';
import type { AlertRules } from './core/rules.ts';

export interface AlerterConfig {
  redis: RedisAddress;
  /** Channels that have all they need. */
  channels: ChannelSettings[];
  /** Channels of the configuration that lack a value, with what they lack: said once, then left out. */
  skipped: { channel: string; missing: string[] }[];
  rules: AlertRules;
  style: MessageStyle;
  runDir: string;
  logLevel: string;
}

type Variables = Readonly<Record<string, string | undefined>>;
type ChannelConfig = YobanConfig['alerts']['channels'][string];
type Routes = YobanConfig['alerts']['routes'];

const foldPerMinute = 20;

/**
 * Reads what the alerter needs. A channel without its secret is left out; in production a routed Slack channel must have its
 * webhook, and a mail channel that is set up half is refused.
 * @throws OpsError CONFIG_INVALID, CONFIG_MISSING_ENV naming all that is missing.
 */
export function readAlerterConfig(env: Variables, cwd: string): AlerterConfig {
  const kit = readKitConfig(env, cwd);
  const { config } = kit;
  const opened = Object.entries(config.alerts.channels).map(([name, channel]) => openSettings(name, channel, env));
  const routed = new Set(
    [config.alerts.routes, ...serviceRoutes(config)].flatMap((routes) => Object.values(routes).flat()),
  );
  const needed = opened.filter((one) => routed.has(one.name)).flatMap((one) => one.needed);
  requireInProduction('alerter', kit.env.mode, {
    ...Object.fromEntries(needed.map((name) => [name, null])),
    ...(kit.env.redisUrl === null && { REDIS_URL: null }),
  });
  if (kit.env.redisUrl === null) throw new OpsError('CONFIG_MISSING_ENV', 'alerter cannot run without REDIS_URL');
  const channels = opened.flatMap((one) => (one.settings ? [one.settings] : []));
  return {
    redis: parseRedisUrl(kit.env.redisUrl),
    channels,
    skipped: opened.filter((one) => !one.settings).map(({ name, missing }) => ({ channel: name, missing })),
    rules: rulesOf(config, channels),
    style: styleOf(kit),
    runDir: kit.paths.run,
    logLevel: kit.env.logLevel,
  };
}

const serviceRoutes = (config: YobanConfig): Routes[] =>
  Object.values(config.services).flatMap((service) => (service.alerts?.routes ? [service.alerts.routes] : []));

interface Opened {
  name: string;
  settings: ChannelSettings | null;
  missing: string[];
  /** What production refuses to run without. */
  needed: string[];
}

function openSettings(name: string, channel: ChannelConfig, env: Variables): Opened {
  const url = readSecret(channel.url, env);
  const urlName = 'env' in channel.url ? channel.url.env : channel.url.file;
  if (channel.kind === 'slack') {
    const missing = url ? [] : [urlName];
    return { name, missing, needed: missing, settings: url ? { name, kind: 'slack', url } : null };
  }
  const from = readTextOrEnv(channel.from, env);
  const to = readTextOrEnv(channel.to, env);
  const parts: [string, string | null][] = [
    [urlName, url],
    [nameOf(channel.from, `${name}.from`), from],
    [nameOf(channel.to, `${name}.to`), to],
  ];
  const missing = parts.filter(([, value]) => !value).map(([part]) => part);
  // Mail is an addition: without any of its values it is simply not wanted. Half of them is a mistake.
  const needed = missing.length < parts.length ? missing : [];
  return { name, missing, needed, settings: url && from && to ? { name, kind: 'smtp', url, from, to } : null };
}

const nameOf = (value: string | { env: string }, otherwise: string): string =>
  typeof value === 'string' ? otherwise : value.env;

function rulesOf(config: YobanConfig, channels: readonly ChannelSettings[]): AlertRules {
  const usable = new Set(channels.map((channel) => channel.name));
  const only = (routes: Routes): Routes => ({
    critical: routes.critical.filter((name) => usable.has(name)),
    warning: routes.warning.filter((name) => usable.has(name)),
    info: routes.info.filter((name) => usable.has(name)),
  });
  const services = Object.entries(config.services).map(([name, { alerts }]) => [
    name,
    {
      ...(alerts?.deduplicationWindowMs !== undefined && { windowMs: alerts.deduplicationWindowMs }),
      ...(alerts?.routes && { routes: only(alerts.routes) }),
    },
  ]);
  return {
    windowMs: config.alerts.deduplicationWindowMs,
    routes: only(config.alerts.routes),
    services: Object.fromEntries(services),
    mailChannels: channels.filter((channel) => channel.kind === 'smtp').map((channel) => channel.name),
    foldPerMinute,
  };
}

function styleOf(kit: KitConfig): MessageStyle {
  const names = Object.entries(kit.config.services).map(([name, service]) => [name, service.displayName ?? name]);
  return { locale: kit.config.locale, zone: kit.displayZone, displayNames: Object.fromEntries(names) };
}
