import type { Policy } from './policy-config.ts';

export interface ProfileFlags {
  /** `--fast`: looks more often, by the profile `fast` of the file, else five times as often. */
  fast: boolean;
  /** `--no-recovery`: says what it would do. */
  noRecovery: boolean;
}

const usualFastScale = 0.2;

/** The policy as the flags of a command want it. Intervals are scaled, time limits and windows are not. */
export function applyProfile<P extends Policy>(policy: P, { fast, noRecovery }: ProfileFlags): P {
  const scale = fast ? (policy.profiles.fast?.everyScale ?? usualFastScale) : 1;
  const asked = [fast ? policy.profiles.fast?.mode : undefined, noRecovery ? 'observe' : undefined];
  const mode = asked.includes('observe') ? 'observe' : policy.mode;
  const scaled = (ms: number) => Math.max(1, Math.round(ms * scale));
  const probes = Object.entries(policy.probes).map(([name, probe]) => {
    const recheck = probe.recheck && { ...probe.recheck, every: scaled(probe.recheck.every) };
    return [name, { ...probe, every: scaled(probe.every), ...(recheck ? { recheck } : {}) }] as const;
  });
  return { ...policy, mode, probes: Object.fromEntries(probes) };
}
