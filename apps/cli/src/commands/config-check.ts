import { existsSync } from 'node:fs';
import { unusableChannels, workingMail } from '@yoban/shared/config/channel-needs';
import { channelParts } from '@yoban/shared/config/channel-parts';
import { readIngestTokens } from '@yoban/shared/config/ingest-config';
import { backupDirOf, inspectKitConfig, type KitConfig } from '@yoban/shared/config/kit-config';
import { configInvalid } from '@yoban/shared/config/load-config';
import { productionProblems, refuseProduction } from '@yoban/shared/config/production-needs';
import { Tier } from '@yoban/shared/contracts/backup';
import { nextDue } from '@yoban/shared/cron';
import { OpsError } from '@yoban/shared/errors';
import { readKickers } from '@yoban/shared/kick/read-kickers';
import { readPingTokens } from '@yoban/shared/pings/read-ping-tokens';
import { unsetPolicySecrets } from '@yoban/shared/policy/unset-secrets';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import { spanText } from '../age-text.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { kitSources } from '../find-kit.ts';
import type { Io } from '../io.ts';
import { detectionsOf, policyWarnings } from '../policy-warnings.ts';

/** `config check`: problems end it with 2, all of them at once; a fine configuration is summed up, with what is off by choice. */
export const configCheck: RunCommand = async (context) => {
  const { io, out, words, found } = context;
  refuseProblems(io);
  const { kit } = found();
  const databases = kit.config.databases.map((db) => ({
    name: db.name,
    path: db.path,
    service: db.service,
    backupDir: backupDirOf(kit, db),
    next: Tier.options.map((tier) => ({
      tier,
      at: new Date(nextDue(db.tiers[tier].cron, kit.config.timezone, io.now())).toISOString(),
    })),
  }));
  const { routes, channels, deduplicationWindowMs } = kit.config.alerts;
  const warnings = warningsOf(context);
  const detection = detectionsOf(kit);
  const common = { ok: true, file: kit.configFile, databases, routes, channels: Object.keys(channels) };
  const result = { ...common, detection, warnings };
  out.result(result, () => {
    out.line(words.config.fine(kit.configFile ?? words.config.fromEnvironment));
    const rows = databases.flatMap((db) =>
      db.next.map(({ tier, at }) => [db.name, db.path, db.service, timeText(Date.parse(at), kit), tier, db.backupDir]),
    );
    out.table(words.config.databases, rows);
    out.line(words.config.routes);
    for (const [level, names] of Object.entries(routes)) {
      const where = names.join(', ') || words.config.nowhere;
      const isDigest = level === 'warning' && names.length > 0;
      out.line(`  ${level}: ${isDigest ? words.config.digest(where, spanText(deduplicationWindowMs, words)) : where}`);
    }
    if (detection.length > 0) {
      const worst = detection.map((one) => [one.service, one.fault, spanText(one.worstMs, words), one.probe]);
      out.table(words.lint.detection, worst);
    }
    if (warnings.length > 0) out.line(words.config.missing);
    for (const warning of warnings) out.line(`  ${warning}`);
  });
  return exitCodes.fine;
};

/**
 * Variables, yoban.yml, and what production lacks as far as yoban.yml can be read.
 * @throws OpsError CONFIG_INVALID, CONFIG_MISSING_ENV
 */
function refuseProblems(io: Io): void {
  const { env, root } = kitSources(io.env, io.cwd);
  const { kit, problems } = inspectKitConfig(env, root);
  if (kit === null) throw configInvalid(problems);
  if (problems.length > 0) throw configInvalid([...problems, ...lackingBeside(kit, env)]);
  refuseProduction(kit, env);
  readIngestTokens(kit.config, env);
  readKickers(kit.config, env);
  readPingTokens(kit.config, env);
}

function lackingBeside(kit: KitConfig, env: Io['env']): string[] {
  try {
    return productionProblems(kit, env).problems;
  } catch (error) {
    // A secret's file that cannot be read: as a variable it is among the problems already, else it is told once these are mended.
    if (error instanceof OpsError) return [];
    throw error;
  }
}

const timeText = (at: number, kit: KitConfig): string =>
  `${zoneDateTime(at, kit.displayZone)} ${zoneName(at, kit.displayZone)}`;

function warningsOf({ words, found }: CommandContext): string[] {
  const { kit, env } = found();
  const warnings: string[] = [];
  for (const [name, channel] of Object.entries(kit.config.alerts.channels)) {
    if (workingMail(name, kit.config, env) !== null) continue;
    const unset = channelParts(name, channel, env).filter(({ value }) => value === null);
    for (const { variable } of unset) warnings.push(words.config.secretUnset(name, variable));
  }
  for (const { name, variable, problem } of unusableChannels(kit.config, env))
    warnings.push(words.config.unusable(name, variable, problem));
  for (const { hook, missing } of readIngestTokens(kit.config, env).skipped)
    warnings.push(words.config.hookUnset(hook, missing));
  for (const { name, missing } of unsetPolicySecrets(kit.config, env))
    warnings.push(words.config.policySecretUnset(name, missing));
  for (const [name, { supervisor }] of Object.entries(kit.config.services)) {
    if (supervisor.kind !== 'command' || existsSync(supervisor.socket)) continue;
    warnings.push(words.config.socketMissing(name, supervisor.socket));
  }
  for (const db of kit.config.databases) {
    if (!existsSync(db.path)) warnings.push(words.config.fileMissing(db.name, db.path));
  }
  for (const level of untoldLevels(kit)) warnings.push(words.config.untold(level));
  warnings.push(...policyWarnings(kit, words));
  if (!kit.env.redisUrl) warnings.push(words.config.noRedis);
  return warnings;
}

/** Levels that reach nobody although there are channels. INFO may be for the page alone. */
function untoldLevels({ config: { alerts, services } }: KitConfig): ('critical' | 'warning')[] {
  if (Object.keys(alerts.channels).length === 0) return [];
  const routes = [alerts.routes, ...Object.values(services).map((service) => service.alerts?.routes)];
  return (['critical', 'warning'] as const).filter((level) => routes.every((one) => (one?.[level] ?? []).length === 0));
}
