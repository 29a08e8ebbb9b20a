import { budgetsOf } from './policy-rules.ts';
import type { PolicyWork } from './policy-work.ts';

/** Whether some actions may begin now, all of them: else the first budget that says no, and when it has room again. */
export type BudgetAnswer =
  | { free: true; delayMs: number; used: number; max: number | null }
  | { free: false; budget: string; used: number; max: number; until: number };

/**
 * A sliding log of starts, one for all faults of the service. The actions of a step are asked for together, so that a stop is
 * never begun whose start has no room. The delay is the longest that any of them asks for; `used` and `max` are that budget's.
 */
export function askBudgets(work: PolicyWork, actions: readonly string[]): BudgetAnswer {
  const wanted = new Map<string, number>();
  for (const action of actions)
    for (const budget of budgetsOf(work.policy, action)) wanted.set(budget, (wanted.get(budget) ?? 0) + 1);
  let [delayMs, used, max]: [number, number, number | null] = [0, 0, null];
  for (const [budget, count] of wanted) {
    const config = work.policy.budgets[budget];
    if (!config) continue;
    const starts = startsIn(work, budget);
    if (starts.length + count > config.max) {
      // More than the whole budget at once never has room; it then waits for its window to be empty and says no again.
      const leaves = starts[starts.length + count - config.max - 1] ?? starts.at(-1) ?? work.now;
      return { free: false, budget, used: starts.length, max: config.max, until: leaves + config.window };
    }
    const delay = config.backoff[Math.min(starts.length, config.backoff.length - 1)] ?? 0;
    if (delay >= delayMs) [delayMs, used, max] = [delay, starts.length, config.max];
  }
  return { free: true, delayMs, used, max };
}

/** Starts that are still within the window. One that is exactly as old as the window has left it. */
function startsIn({ state, policy, now }: PolicyWork, budget: string): number[] {
  const window = policy.budgets[budget]?.window ?? 0;
  return (state.starts[budget] ?? []).filter((at) => now - at < window);
}

/**
 * Writes a start into every budget that counts the action, and forgets those that have left their window. Gives which one it is
 * within the fullest budget.
 */
export function countStart(work: PolicyWork, action: string): { nth: number | null; max: number | null } {
  let [nth, max]: [number | null, number | null] = [null, null];
  for (const budget of budgetsOf(work.policy, action)) {
    const starts = [...startsIn(work, budget), work.now];
    work.state.starts[budget] = starts;
    if (starts.length > (nth ?? 0)) [nth, max] = [starts.length, work.policy.budgets[budget]?.max ?? null];
  }
  return { nth, max };
}

/** Takes the newest start back: the action was never begun. */
export function uncountStart(work: PolicyWork, action: string): void {
  for (const budget of budgetsOf(work.policy, action)) work.state.starts[budget] = startsIn(work, budget).slice(0, -1);
}
