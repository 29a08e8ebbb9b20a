import type { KitConfig } from '@yoban/shared/config/kit-config';
import { lintPolicy, type PolicyLint } from '@yoban/shared/policy/lint-policy';
import { worstDetectionOf } from '@yoban/shared/policy/worst-detection';
import { spanText } from './age-text.ts';
import type { Words } from './words/words.ts';

export interface Detection {
  service: string;
  fault: string;
  /** The slowest probe, and the longest time until it has confirmed the fault. */
  probe: string;
  worstMs: number;
}

/** How long each fault of each policy may stay unseen. */
export const detectionsOf = ({ config }: KitConfig): Detection[] =>
  Object.entries(config.services).flatMap(([service, policy]) =>
    Object.entries(policy.faults).flatMap(([fault, one]) => {
      const worst = worstDetectionOf(one, policy.probes);
      return worst ? [{ service, fault, probe: worst.probe, worstMs: worst.ms }] : [];
    }),
  );

/** What in a policy is valid and will not do what its writer wants, in the reader's language. */
export const policyWarnings = ({ config }: KitConfig, words: Words): string[] =>
  Object.entries(config.services).flatMap(([service, policy]) =>
    lintPolicy(policy, policy.supervisor.kind).map((one) => told(service, one, words)),
  );

function told(service: string, one: PolicyLint, words: Words): string {
  const { lint } = words;
  const place = 'fault' in one ? `${service} ${one.fault}` : service;
  switch (one.lint) {
    case 'late_detection':
      return lint.lateDetection(place, one.probe, spanText(one.worstMs, words), spanText(one.promisedMs, words));
    case 'unused_probe':
      return lint.unusedProbe(service, one.probe);
    case 'unused_action':
      return lint.unusedAction(service, one.action);
    case 'unbudgeted_action':
      return lint.unbudgetedAction(place, one.action);
    case 'step_over_budget':
      return lint.stepOverBudget(place, one.step + 1, one.budget, one.max);
    case 'step_never_due':
      return lint.stepNeverDue(place, one.step + 1);
    case 'short_proof':
      return lint.shortProof(place, one.step + 1, one.probe);
    case 'two_restarters':
      return lint.twoRestarters(place);
    case 'daemon_unseen':
      return lint.daemonUnseen(service);
    default:
      return one satisfies never;
  }
}
