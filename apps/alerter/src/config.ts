import path from 'node:path';
import { parseRedisUrl, type RedisAddress } from '@yoban/shared/bus/connection';
import { type DeadManPing, readDeadManPing } from '@yoban/shared/config/dead-man-config';
import { readKitConfig } from '@yoban/shared/config/kit-config';
import { productionNeeds } from '@yoban/shared/config/production-needs';
import { requireInProduction } from '@yoban/shared/config/secrets';
import { intakeSocket } from '@yoban/shared/contracts/intake';
import { OpsError } from '@yoban/shared/errors';
import { socketPath } from '@yoban/shared/paths';
import { alertRules } from './alert-rules.ts';
import type { ChannelSettings } from './channels/registry.ts';
import {
  type ConfiguredChannels,
  configuredChannels,
  type InvalidChannel,
  keepsAlerts,
  takesSummaries,
} from './configured-channels.ts';
import type { AlertRules } from './core/rules.ts';
import type { IntakeConfig } from './intake/start-intake.ts';

export interface AlerterConfig {
  redis: RedisAddress;
  /** Channels that have all they need. */
  channels: ChannelSettings[];
  /** Channels of the configuration that lack a value, with what they lack: said once, then left out. */
  skipped: ConfiguredChannels['skipped'];
  /** Channels with a value that cannot be one, outside production: said as an error, then left out. */
  invalid: InvalidChannel[];
  rules: AlertRules;
  /** The service under which alerts of the kit itself stand. */
  primary: string;
  /** The door that needs no Redis, and what waits behind it. */
  intake: IntakeConfig;
  deadManPing: DeadManPing | null;
  runDir: string;
  logLevel: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads what the alerter needs. A channel without its secret is left out; in production a routed Slack channel must have its
 * webhook, and a mail channel that is set up half or an address that cannot be one is refused.
 * @throws OpsError CONFIG_INVALID, CONFIG_MISSING_ENV naming all that is missing.
 */
export function readAlerterConfig(env: Variables, cwd: string): AlerterConfig {
  const kit = readKitConfig(env, cwd);
  const { usable: channels, skipped, invalid } = configuredChannels(kit, env);
  requireInProduction('alerter', kit.env.mode, productionNeeds(kit, env).alerter);
  refuseInvalid(kit.env.mode, invalid);
  if (kit.env.redisUrl === null) throw new OpsError('CONFIG_MISSING_ENV', 'alerter cannot run without REDIS_URL');
  return {
    redis: parseRedisUrl(kit.env.redisUrl),
    channels,
    skipped,
    invalid,
    rules: alertRules(kit.config, {
      usable: channels.map((channel) => channel.name),
      withoutSummaries: channels.filter((channel) => !takesSummaries(channel)).map((channel) => channel.name),
      keepingAlerts: channels.filter(keepsAlerts).map((channel) => channel.name),
    }),
    primary: kit.primary,
    intake: {
      spoolDir: path.join(kit.paths.spool, 'alerter'),
      socket: socketPath(kit.paths.run, intakeSocket),
      tcp: kit.env.alerterPort === null ? null : { host: kit.env.alerterHost, port: kit.env.alerterPort },
    },
    deadManPing: readDeadManPing(kit.config, env),
    runDir: kit.paths.run,
    logLevel: kit.env.logLevel,
  };
}

/** @throws OpsError CONFIG_INVALID naming each variable, in production */
function refuseInvalid(mode: 'trial' | 'production', invalid: readonly InvalidChannel[]): void {
  if (mode === 'trial' || invalid.length === 0) return;
  const problems = invalid.map(({ channel, variable, problem }) => `${variable} (channel ${channel}): ${problem}`);
  throw new OpsError('CONFIG_INVALID', `channels cannot be used:\n  ${problems.join('\n  ')}`, {
    fields: { problems },
  });
}
