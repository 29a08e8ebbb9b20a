import type { Messages } from '../../i18n/messages.ts';

/** A tier in the reader's language; an unknown one keeps its own name. */
export function tierWord(tier: string, words: Messages): string {
  const names: Record<string, string> = { hourly: words.hourly, daily: words.daily, weekly: words.weekly };
  return names[tier] ?? tier;
}
