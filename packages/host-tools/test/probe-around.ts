import { ProbeConfig } from '@yoban/shared/policy/probe-config';
import { createPolicyProbe } from '../src/policy-probes/create-policy-probe.ts';
import type { PolicyProbe, ProbeAround } from '../src/policy-probes/policy-probe.ts';
import { createNoSupervisor } from '../src/supervisors/none.ts';

/** The surroundings of a probe that asks nothing of them, or those that are told. */
export const probeAround = (more: Partial<ProbeAround> = {}): ProbeAround => ({
  service: 'demo',
  supervisor: createNoSupervisor('demo'),
  home: '/tmp',
  baseDir: '/tmp',
  env: process.env,
  process: () => undefined,
  reported: async () => null,
  now: Date.now,
  ...more,
});

/** The probe that the text of a configuration makes, its defaults filled in. */
export const probeOf = (declared: Record<string, unknown>, around: Partial<ProbeAround> = {}): PolicyProbe =>
  createPolicyProbe(ProbeConfig.parse({ timeout: '2s', ...declared }), probeAround(around));

/** One look that nobody breaks off. */
export const lookOnce = async (probe: PolicyProbe) => probe.look(new AbortController().signal);
