import { type CallSum, callCount, errorCount } from './minute-calls.ts';

export interface DayTotals {
  tips_today: number;
  llm_calls_today: number;
  errors_today: number;
}

/** H3: errors of the day = LLM errors + failed tips + failed cycles; tips are those that succeeded. */
export function dayTotals(today: { llm: CallSum; tips: CallSum; cycles: CallSum }): DayTotals {
  return {
    tips_today: today.tips.ok,
    llm_calls_today: callCount(today.llm),
    errors_today: errorCount(today.llm) + today.tips.failed + today.cycles.failed,
  };
}
