import { z } from 'zod';
import { ActionConfig, EvidenceConfig } from './action-config.ts';
import { BudgetConfig, DependsOn, FaultConfig, KickConfig, ProfileConfig, SlaConfig } from './fault-config.ts';
import { PolicyId } from './policy-fields.ts';
import { ProbeConfig } from './probe-config.ts';

const modeOfSwitch = (value: unknown) => (typeof value === 'boolean' ? (value ? 'enforce' : 'observe') : value);

/** Also true and false, as a variable that turns repairs on or off gives them. */
const Mode = z.preprocess(modeOfSwitch, z.enum(['enforce', 'observe']));

/** The policy language: keys of `services.<name>` beside the plain ones. Names within it are checked by policyReferences. */
export const policyShape = {
  /** enforce: repairs. observe: says what it would do. */
  mode: Mode.default('enforce'),
  /** Services whose fault explains ours: while one has a fault, we do not repair and people hear of the root only. */
  dependsOn: DependsOn,
  probes: z.record(PolicyId, ProbeConfig).default({}),
  actions: z.record(PolicyId, ActionConfig).default({}),
  evidence: z.record(PolicyId, EvidenceConfig).default({}),
  faults: z.record(PolicyId, FaultConfig).default({}),
  budgets: z.record(PolicyId, BudgetConfig).default({}),
  kick: KickConfig.optional(),
  profiles: z.record(PolicyId, ProfileConfig).default({}),
  sla: SlaConfig.optional(),
};

const Policy = z.strictObject(policyShape);
/** The policy of one service, every default filled in. */
export type Policy = z.infer<typeof Policy>;

/** `probeDefaults` filled into each probe that does not say otherwise; told as written by the file, so that lines stay true. */
export function withProbeDefaults(service: unknown): unknown {
  if (!isSection(service) || !isSection(service.probeDefaults)) return service;
  const { probeDefaults, ...rest } = service;
  if (!isSection(rest.probes)) return rest;
  const probes = Object.entries(rest.probes).map(([name, probe]) => [
    name,
    isSection(probe) ? { ...probeDefaults, ...probe } : probe,
  ]);
  return { ...rest, probes: Object.fromEntries(probes) };
}

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
