import { OpsError } from '@yoban/shared/errors';
import { applyProfile, type ProfileFlags } from '@yoban/shared/policy/apply-profile';
import type { WatchdogConfig } from './config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What `--fast` and `--no-recovery` are for one run, for the watchdog that stays: YOBAN_WATCHDOG_FAST, YOBAN_WATCHDOG_NO_RECOVERY.
 * @throws OpsError CONFIG_INVALID for anything but true and false: half a word must not leave repairs on
 */
export const readProfileFlags = (env: Variables): ProfileFlags => ({
  fast: readFlag(env, 'YOBAN_WATCHDOG_FAST'),
  noRecovery: readFlag(env, 'YOBAN_WATCHDOG_NO_RECOVERY'),
});

/** Every policy as the flags want it; the watches that come with yoban keep their pace. */
export const withProfile = (config: WatchdogConfig, flags: ProfileFlags): WatchdogConfig => ({
  ...config,
  services: config.services.map(({ name, config: own }) => ({ name, config: applyProfile(own, flags) })),
});

function readFlag(env: Variables, name: string): boolean {
  const text = env[name] || 'false';
  if (text === 'true' || text === 'false') return text === 'true';
  throw new OpsError('CONFIG_INVALID', `${name} is "${text}"`, { hint: `Set ${name} to true or false.` });
}
