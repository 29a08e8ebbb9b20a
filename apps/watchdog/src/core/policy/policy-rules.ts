import type { FaultConfig, LadderStep } from '@yoban/shared/policy/fault-config';
import type { Policy } from '@yoban/shared/policy/policy-config';
import type { ProbeConfig } from '@yoban/shared/policy/probe-config';

/** The policy of one service with the service's name; durations in ms. `grace` is the time its supervisor has to bring it back. */
export type ServicePolicy = Policy & { service: string; grace?: number };

/** There is something to find and repair. */
export const hasFaults = ({ faults }: Pick<Policy, 'faults'>): boolean => Object.keys(faults).length > 0;

/** The engine works for it: it has faults to find, or may be kicked. Other services are only watched. */
export const hasPolicy = (own: Pick<Policy, 'faults' | 'kick'>): boolean => hasFaults(own) || own.kick !== undefined;

/** Probes by which a fault is found. */
export const probesOfFault = (fault: FaultConfig): readonly string[] => fault.anyOf ?? fault.allOf ?? [];

/** Probes that are looked at by the clock: those that find a fault. Others are looked at when a step asks for them. */
export const scheduledProbes = (policy: ServicePolicy): Set<string> =>
  new Set(Object.values(policy.faults).flatMap(probesOfFault));

/** Step `index` of a fault's ladder; the file may have been edited since the state was kept, then there is none. */
export const stepAt = (policy: ServicePolicy, fault: string, index: number): LadderStep | undefined =>
  policy.faults[fault]?.ladder[index];

/** The names of the budgets that count an action. */
export const budgetsOf = (policy: ServicePolicy, action: string): string[] =>
  Object.entries(policy.budgets).flatMap(([name, { counts }]) => (counts.includes(action) ? [name] : []));

const saysStopped: readonly ProbeConfig['type'][] = ['supervisor', 'supervisor_daemon', 'process', 'tcp'];

/** W3: such a probe says that the service itself is not there, so no other fault's ladder may forbid to start it. */
export const isStopProbe = (policy: ServicePolicy, probe: string): boolean => {
  const type = policy.probes[probe]?.type;
  return type !== undefined && saysStopped.includes(type);
};

/** Its answer comes from the service itself: while nobody runs it, or it is coming up, it cannot pass. */
export function asksService(policy: ServicePolicy, probe: string): boolean {
  const role = policy.probes[probe]?.role;
  return (role === 'liveness' || role === 'readiness') && !isStopProbe(policy, probe);
}

/** Actions after which another process serves: its start takes time, and what was counted of the one before is over. */
export function startsService(policy: ServicePolicy, action: string): boolean {
  const config = policy.actions[action];
  return config?.kind === 'restore_sqlite' || (config?.kind === 'supervisor' && config.op !== 'stop');
}

/** An action that a kill of the watchdog has cut short may be begun again. */
export function mayRunAgain(policy: ServicePolicy, action: string): boolean {
  const config = policy.actions[action];
  return config?.kind !== 'exec' || config.idempotent;
}
