import { existsSync, readFileSync } from 'node:fs';
import { parseYaml } from '@yoban/shared/config/parse-yaml';
import { OpsError } from '@yoban/shared/errors';
import type { ServicePolicy } from '../core/policy/policy-rules.ts';
import { eventsOf, faultScenario, Scenario, worldOf } from '../core/policy/scenario.ts';
import { type SimulatedLine, simulatePolicy } from '../core/policy/simulate.ts';

export interface SimulationReport {
  service: string;
  mode: 'enforce' | 'observe';
  untilMs: number;
  lines: SimulatedLine[];
}

/**
 * Plays a scenario file, or `FAULT`, `SERVICE/FAULT`, `SERVICE/FAULT:ACTION` (its probes fail; for ever, or until that action).
 * @throws OpsError USAGE
 */
export function runSimulation(policies: readonly ServicePolicy[], target: string): SimulationReport {
  const { policy, scenario } = existsSync(target) ? fromFile(policies, target) : fromName(policies, target);
  const beginAt = Date.now();
  const events = eventsOf(scenario, beginAt);
  const { lines } = simulatePolicy({ policy, world: worldOf(scenario), untilMs: scenario.until, events, beginAt });
  return { service: policy.service, mode: policy.mode, untilMs: scenario.until, lines };
}

function fromFile(policies: readonly ServicePolicy[], file: string): { policy: ServicePolicy; scenario: Scenario } {
  const parsed = Scenario.safeParse(parseYaml(readFileSync(file, 'utf8'), file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new OpsError('USAGE', `${file} is no scenario: ${problems.join('; ')}`);
  }
  const policy = policyOf(policies, parsed.data.service ?? null);
  const named = parsed.data.timeline.flatMap(({ fail, pass, unknown }) => [...fail, ...pass, ...unknown]);
  const strange = [...new Set(named)].filter((probe) => !policy.probes[probe]);
  if (strange.length === 0) return { policy, scenario: parsed.data };
  throw new OpsError('USAGE', `${file}: ${policy.service} has no probe ${strange.join(', ')}`);
}

function fromName(policies: readonly ServicePolicy[], name: string): { policy: ServicePolicy; scenario: Scenario } {
  const [place = '', mendedBy = null] = name.split(':');
  const [first = '', second] = place.split('/');
  const policy = policyOf(policies, second === undefined ? null : first);
  const fault = second ?? first;
  if (!policy.faults[fault])
    throw new OpsError('USAGE', `${name} is no file, and ${policy.service} has no fault of that name`, {
      hint: `There are: ${Object.keys(policy.faults).join(', ')}`,
    });
  return { policy, scenario: faultScenario(policy, fault, mendedBy) };
}

function policyOf(policies: readonly ServicePolicy[], service: string | null): ServicePolicy {
  const [only, ...others] = policies.filter((one) => service === null || one.service === service);
  if (only && others.length === 0) return only;
  const names = policies.map((one) => one.service).join(', ') || 'none';
  throw new OpsError('USAGE', service === null ? 'say of which service' : `${service} has no policy`, {
    hint: `Services with a policy: ${names}`,
  });
}
