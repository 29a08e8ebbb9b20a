import { parseRedisUrl, type RedisAddress } from '@yoban/shared/bus/connection';
import { channelUrlProblem } from '@yoban/shared/config/channel-url';
import { type KitConfig, readKitConfig, type YobanConfig } from '@yoban/shared/config/kit-config';
import { channelParts, productionNeeds } from '@yoban/shared/config/production-needs';
import { requireInProduction } from '@yoban/shared/config/secrets';
import type { ChannelConfig } from '@yoban/shared/config/yoban-config';
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
  /** Channels whose address cannot be one, outside production: said as an error, then left out. */
  invalid: InvalidChannel[];
  rules: AlertRules;
  style: MessageStyle;
  runDir: string;
  logLevel: string;
}

export interface InvalidChannel {
  channel: string;
  /** The variable or file that holds the address. */
  variable: string;
  problem: string;
}

type Variables = Readonly<Record<string, string | undefined>>;
type Routes = YobanConfig['alerts']['routes'];

const foldPerMinute = 20;

/**
 * Reads what the alerter needs. A channel without its secret is left out; in production a routed Slack channel must have its
 * webhook, and a mail channel that is set up half or an address that cannot be one is refused.
 * @throws OpsError CONFIG_INVALID, CONFIG_MISSING_ENV naming all that is missing.
 */
export function readAlerterConfig(env: Variables, cwd: string): AlerterConfig {
  const kit = readKitConfig(env, cwd);
  const { config } = kit;
  const opened = Object.entries(config.alerts.channels).map(([name, channel]) => openSettings(name, channel, env));
  const invalid = opened.flatMap((one) => one.invalid);
  requireInProduction('alerter', kit.env.mode, productionNeeds(kit, env).alerter);
  refuseInvalid(kit.env.mode, invalid);
  if (kit.env.redisUrl === null) throw new OpsError('CONFIG_MISSING_ENV', 'alerter cannot run without REDIS_URL');
  const channels = opened.flatMap((one) => (one.settings ? [one.settings] : []));
  return {
    redis: parseRedisUrl(kit.env.redisUrl),
    channels,
    skipped: opened.filter((one) => one.missing.length > 0).map(({ name, missing }) => ({ channel: name, missing })),
    invalid,
    rules: rulesOf(config, channels),
    style: styleOf(kit),
    runDir: kit.paths.run,
    logLevel: kit.env.logLevel,
  };
}

interface Opened {
  name: string;
  settings: ChannelSettings | null;
  missing: string[];
  invalid: InvalidChannel[];
}

function openSettings(name: string, channel: ChannelConfig, env: Variables): Opened {
  const parts = channelParts(name, channel, env);
  const missing = parts.filter(([, value]) => !value).map(([part]) => part);
  const [[variable, url] = ['', null], [, from] = ['', null], [, to] = ['', null]] = parts;
  const problem = url ? channelUrlProblem(channel.kind, url) : null;
  if (problem !== null) return { name, missing, invalid: [{ channel: name, variable, problem }], settings: null };
  return { name, missing, invalid: [], settings: settingsOf(name, channel.kind, { url, from, to }) };
}

type Values = Record<'url' | 'from' | 'to', string | null>;

function settingsOf(name: string, kind: ChannelConfig['kind'], { url, from, to }: Values): ChannelSettings | null {
  if (kind === 'slack') return url ? { name, kind, url } : null;
  return url && from && to ? { name, kind, url, from, to } : null;
}

/** @throws OpsError CONFIG_INVALID naming each variable, in production */
function refuseInvalid(mode: 'trial' | 'production', invalid: readonly InvalidChannel[]): void {
  if (mode === 'trial' || invalid.length === 0) return;
  const problems = invalid.map(({ channel, variable, problem }) => `${variable} (channel ${channel}): ${problem}`);
  throw new OpsError('CONFIG_INVALID', `channels cannot be used:\n  ${problems.join('\n  ')}`, {
    fields: { problems },
  });
}

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
