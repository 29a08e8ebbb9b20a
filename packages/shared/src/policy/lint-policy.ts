import type { ActionConfig } from './action-config.ts';
import type { FaultConfig, LadderStep } from './fault-config.ts';
import type { Policy } from './policy-config.ts';
import { worstDetectionOf } from './worst-detection.ts';

/** Something in a policy that is valid and will not do what its writer wants. */
export type PolicyLint =
  | { lint: 'late_detection'; fault: string; probe: string; worstMs: number; promisedMs: number }
  | { lint: 'unused_probe'; probe: string }
  | { lint: 'unused_action'; action: string }
  | { lint: 'unbudgeted_action'; action: string; fault: string }
  | { lint: 'step_over_budget'; fault: string; step: number; budget: string; max: number }
  | { lint: 'step_never_due'; fault: string; step: number }
  | { lint: 'short_proof'; fault: string; step: number; probe: string }
  | { lint: 'two_restarters'; fault: string }
  | { lint: 'daemon_unseen' };

/** All of them, in the order of the file. */
export function lintPolicy(policy: Policy, supervisor: string): PolicyLint[] {
  return [
    ...unused(policy),
    ...Object.entries(policy.faults).flatMap(([name, fault]) => [
      ...lateDetection(policy, name, fault),
      ...fault.ladder.flatMap((step, index) => lintStep(policy, { name, fault, step, index })),
      ...twoRestarters(policy, supervisor, name, fault),
    ]),
    ...daemonUnseen(policy, supervisor),
  ];
}

const stepsOf = ({ faults }: Policy): LadderStep[] => Object.values(faults).flatMap(({ ladder }) => ladder);

function unused(policy: Policy): PolicyLint[] {
  const steps = stepsOf(policy);
  const actions = new Set([...steps.flatMap((step) => step.do), ...(policy.kick?.allow ?? [])]);
  const probes = new Set([
    ...Object.values(policy.faults).flatMap(({ anyOf, allOf }) => anyOf ?? allOf ?? []),
    ...steps.flatMap((step) => [
      ...step.if.map(({ probe }) => probe),
      ...(step.verify?.probes ?? []),
      ...step.milestones.flatMap((one) => one.probes),
    ]),
    ...[...actions].flatMap((name) => {
      const action = policy.actions[name];
      return action?.kind === 'probe' ? [action.probe] : [];
    }),
  ]);
  return [
    ...Object.keys(policy.probes).flatMap((probe) =>
      probes.has(probe) ? [] : [{ lint: 'unused_probe', probe } as const],
    ),
    ...Object.keys(policy.actions).flatMap((action) =>
      actions.has(action) ? [] : [{ lint: 'unused_action', action } as const],
    ),
  ];
}

function lateDetection(policy: Policy, fault: string, config: FaultConfig): PolicyLint[] {
  const worst = worstDetectionOf(config, policy.probes);
  const promisedMs = policy.sla?.detect;
  if (worst === null || promisedMs === undefined || worst.ms <= promisedMs) return [];
  return [{ lint: 'late_detection', fault, probe: worst.probe, worstMs: worst.ms, promisedMs }];
}

interface Place {
  name: string;
  fault: FaultConfig;
  step: LadderStep;
  index: number;
}

function lintStep(policy: Policy, { name: fault, fault: config, step, index }: Place): PolicyLint[] {
  const before = config.ladder.slice(0, index);
  const never = step.on === 'prev_unverified' && !before.some((one) => one.do.length > 0);
  return [
    ...(never ? [{ lint: 'step_never_due', fault, step: index } as const] : []),
    ...step.do.flatMap((action): PolicyLint[] => {
      const counted = Object.values(policy.budgets).some(({ counts }) => counts.includes(action));
      return counted || !needsBudget(policy.actions[action]) ? [] : [{ lint: 'unbudgeted_action', action, fault }];
    }),
    ...Object.entries(policy.budgets).flatMap(([budget, { counts, max }]): PolicyLint[] => {
      const starts = step.do.filter((action) => counts.includes(action)).length;
      return starts > max ? [{ lint: 'step_over_budget', fault, step: index, budget, max }] : [];
    }),
    ...(step.verify?.probes ?? []).flatMap((probe): PolicyLint[] => {
      const timeout = policy.probes[probe]?.timeout ?? 0;
      return timeout > (step.verify?.within ?? 0) ? [{ lint: 'short_proof', fault, step: index, probe }] : [];
    }),
  ];
}

/** What ends a process or takes a database's place should not be done again and again without a limit. */
const needsBudget = (action: ActionConfig | undefined): boolean =>
  action?.kind === 'restore_sqlite' ||
  (action?.kind === 'supervisor' && !['start', 'stop', 'reset_failed'].includes(action.op));

const restarting = ['pm2', 'systemd', 'systemd-user', 'compose', 'command'];

/** The supervisor brings a crashed process back by itself; a ladder that restarts it at the same moment races with it. */
function twoRestarters(policy: Policy, supervisor: string, fault: string, config: FaultConfig): PolicyLint[] {
  if (!restarting.includes(supervisor) || config.firstResponder) return [];
  const byProcess = (config.anyOf ?? config.allOf ?? []).every((name) => {
    const type = policy.probes[name]?.type;
    return type === 'supervisor' || type === 'process';
  });
  const first = config.ladder[0]?.do.map((name) => policy.actions[name]) ?? [];
  const restarts = first.some((action) => action?.kind === 'supervisor' && ['restart', 'start'].includes(action.op));
  return byProcess && restarts ? [{ lint: 'two_restarters', fault }] : [];
}

/** With its daemon gone, pm2 restarts nothing, and asking it starts an empty one. */
function daemonUnseen(policy: Policy, supervisor: string): PolicyLint[] {
  if (supervisor !== 'pm2' || Object.keys(policy.faults).length === 0) return [];
  const seen = Object.values(policy.faults).some(({ anyOf, allOf }) =>
    (anyOf ?? allOf ?? []).some((name) => policy.probes[name]?.type === 'supervisor_daemon'),
  );
  return seen ? [] : [{ lint: 'daemon_unseen' }];
}
