import type { HealthResponse, Reason } from '@yoban/shared/contracts/health';
import type { Messages } from '../../i18n/messages.ts';
import { count, megabytesText, percent } from '../../lib/format.ts';

const isWorse = (reason: Reason) => (reason.impact === 'unhealthy' ? 0 : 1);

/** The reasons, the gravest first, otherwise in the order of the server (which is the order of the panels). */
export const byGravity = (reasons: readonly Reason[]): Reason[] => [...reasons].sort((a, b) => isWorse(a) - isWorse(b));

const platformNames: Record<string, string> = { youtube: 'YouTube', tiktok: 'TikTok', obs: 'OBS' };

/** What a check is called on its panel. */
export function checkName(check: string, words: Messages): string {
  const part = check.split('.').at(-1) ?? check;
  const names: Record<string, string> = {
    process: words.process,
    database: words.databases,
    llm: words.llm,
    tips: words.tips,
    game: words.game,
    platforms: words.platforms,
    system: words.system,
    backups: words.backups,
    kit: words.kit,
  };
  return platformNames[part] ?? names[part] ?? part;
}

type Sentence = (reason: Reason, words: Messages, who: string) => string | null;
const has = (reason: Reason, ...parts: string[]) => parts.some((part) => reason.code.includes(part));
const known = (value: number | null, text: (value: number) => string) => (value === null ? null : text(value));

/** Value and limit of a reason as text, null when the server gave none: then no sentence with a blank is built. */
function measured(reason: Reason, text: (value: number) => string): [string, string] | null {
  const value = known(reason.value, text);
  const limit = known(reason.limit, text);
  return value === null || limit === null ? null : [value, limit];
}

const withMeasure = (reason: Reason, text: (n: number) => string, say: (value: string, limit: string) => string) => {
  const pair = measured(reason, text);
  return pair && say(...pair);
};

const sentences: Record<string, Sentence> = {
  process: (reason, words, who) => {
    if (has(reason, 'memory')) return withMeasure(reason, megabytesText, words.verdictMemory);
    if (has(reason, 'cpu')) return withMeasure(reason, percent, words.verdictCpu);
    return has(reason, 'liveness', 'unreachable', 'answer')
      ? words.verdictLiveness(who)
      : words.verdictProcessDown(who);
  },
  database: (_reason, words) => words.verdictDatabase,
  llm: (reason, words) => {
    if (has(reason, 'error')) return withMeasure(reason, percent, words.verdictLlmErrors);
    return has(reason, 'fallback') ? words.verdictLlmFallback : words.verdictLlmDown;
  },
  tips: (reason, words) => {
    if (has(reason, 'queue')) return withMeasure(reason, count, words.verdictTipsQueue);
    return known(reason.value, (n) => words.verdictTipsFailed(count(n)));
  },
  game: (_reason, words) => words.verdictGame,
  system: (reason, words) => (has(reason, 'disk') ? withMeasure(reason, percent, words.verdictDisk) : null),
  backups: (_reason, words) => words.verdictBackups,
  kit: (reason, words) => (has(reason, 'store') ? words.verdictStore : words.verdictBus),
};

/** One sentence for a reason, with its value and limit. A code this page does not know is named, never hidden. */
export function reasonSentence(reason: Reason, words: Messages, who: string): string {
  const name = checkName(reason.check, words);
  if (has(reason, 'stale', 'silent')) return words.verdictStale(name);
  const [root = '', leaf] = reason.check.split('.');
  if (leaf ? platformNames[leaf] : platformNames[root]) return words.verdictPlatform(name);
  return sentences[root]?.(reason, words, who) ?? words.verdictOther(`${name} (${reason.code})`);
}

/** How many configured checks pass, for "All n checks pass". */
export function checksConfigured({ checks }: HealthResponse): number {
  const { platforms } = checks;
  const all = [
    checks.process,
    checks.database,
    checks.llm,
    checks.tips,
    checks.game,
    checks.system,
    checks.backups,
    platforms.youtube,
    platforms.tiktok,
    platforms.obs,
  ];
  return all.filter(({ configured }) => configured).length;
}

/** The sentence after the state word: the gravest reason, or how much is being watched. */
export function verdictSentence(health: HealthResponse, words: Messages, who: string): string {
  const [gravest] = byGravity(health.reasons);
  if (gravest && health.status !== 'healthy') return reasonSentence(gravest, words, who);
  if (health.status !== 'healthy') return words.verdictPlain;
  const checks = checksConfigured(health);
  return checks === 0 ? words.noneSetUp : words.allPass(checks);
}
