import type { HealthResponse, Reason } from '@yoban/shared/contracts/health';
import type { Locale, Messages } from '../../i18n/messages.ts';
import { count, megabytesText, percent } from '../../lib/format.ts';

/** The fallback answers because something else is wrong: it is told after that. */
const weight = ({ impact, code }: Reason) => (impact === 'unhealthy' ? 0 : code === 'llm_fallback' ? 2 : 1);

/** The reasons, the gravest first, otherwise in the order of the server. */
export const byGravity = (reasons: readonly Reason[]): Reason[] => reasons.toSorted((a, b) => weight(a) - weight(b));

const platformNames: Record<string, string> = { youtube: 'YouTube', tiktok: 'TikTok', obs: 'OBS' };

/** What a check (`llm`, `platforms.youtube`, `database.game`) is called on its panel. */
function checkName(check: string, words: Messages): string {
  const [root = '', leaf = ''] = check.split('.');
  const names: Record<string, string> = {
    process: words.process,
    database: words.databaseWord,
    llm: words.llm,
    tips: words.tips,
    game: words.game,
    platforms: words.platforms,
    system: words.system,
    backups: words.backups,
    kit: words.kit,
  };
  return platformNames[leaf] ?? names[root] ?? check;
}

/** The input of the check itself is old, as against a check that says something is overdue. */
const isStaleInput = ({ code, check }: Reason): boolean =>
  code === `${check.replace('.', '_')}_stale` || code === `${check.split('.')[0]}_stale`;

type Sentence = (reason: Reason, words: Messages, who: string) => string | null;

/** A sentence with value and limit; null when the server gave none, so that no sentence with a blank is built. */
function measured({ value, limit }: Reason, text: (value: number) => string, say: (v: string, l: string) => string) {
  return value === null || limit === null ? null : say(text(value), text(limit));
}

const sentences: Record<string, Sentence> = {
  process_down: (_reason, words, who) => words.verdictProcessDown(who),
  not_answering: (_reason, words, who) => words.verdictLiveness(who),
  memory_high: (reason, words) => measured(reason, megabytesText, words.verdictMemory),
  cpu_high: (reason, words) => measured(reason, percent, words.verdictCpu),
  database_missing: (_reason, words) => words.verdictDatabaseMissing,
  database_not_sqlite: (_reason, words) => words.verdictDatabaseDamaged,
  database_corrupt: (_reason, words) => words.verdictDatabaseDamaged,
  llm_down: (_reason, words) => words.verdictLlmDown,
  llm_error_rate: (reason, words) => measured(reason, percent, words.verdictLlmErrors),
  llm_fallback: (_reason, words) => words.verdictLlmFallback,
  tips_failing: ({ value }, words) => (value === null ? null : words.verdictTipsFailed(value, count(value))),
  tip_queue: (reason, words) => measured(reason, count, words.verdictTipsQueue),
  platform_disconnected: ({ check }, words) => words.verdictPlatform(checkName(check, words)),
  cycle_stale: (_reason, words) => words.verdictGame,
  disk_low: (reason, words) => measured(reason, percent, words.verdictDisk),
  backup_failed: (_reason, words) => words.verdictBackups,
  bus_down: (_reason, words) => words.verdictBus,
  bus_unsafe: (_reason, words) => words.verdictBusUnsafe,
  store_down: (_reason, words) => words.verdictStore,
};

/** One sentence for a reason, with its value and limit. A code this page does not know is named, never hidden. */
export function reasonSentence(reason: Reason, words: Messages, who: string): string {
  if (isStaleInput(reason) && !Object.hasOwn(sentences, reason.code)) {
    return words.verdictStale(checkName(reason.check, words));
  }
  const told = Object.hasOwn(sentences, reason.code) ? sentences[reason.code]?.(reason, words, who) : null;
  return told ?? words.verdictOther(`${checkName(reason.check, words)} (${reason.code})`);
}

/** Several reasons as running text; all old inputs share one sentence, since they mostly have one cause. */
export function reasonSentences(reasons: readonly Reason[], words: Messages, who: string, locale: Locale): string {
  const old = [...new Set(reasons.filter(isStaleInput).map(({ check }) => checkName(check, words)))];
  const told = reasons.filter((reason) => !isStaleInput(reason)).map((reason) => reasonSentence(reason, words, who));
  if (old.length > 0) told.push(words.verdictStale(old.join(locale === 'ja' ? '、' : ', ')));
  return told.join(locale === 'ja' ? '' : ' ');
}

/** How many configured checks stand behind "all pass". */
function checksConfigured({ checks }: HealthResponse): number {
  const { process, database, llm, tips, game, system, backups, platforms } = checks;
  const { youtube, tiktok, obs } = platforms;
  return [process, database, llm, tips, game, system, backups, youtube, tiktok, obs].filter((one) => one.configured)
    .length;
}

/** The sentence after the state word: the gravest reason, or how much is being watched. */
export function verdictSentence(health: HealthResponse, words: Messages, who: string): string {
  const [gravest] = byGravity(health.reasons);
  if (gravest && health.status !== 'healthy') return reasonSentence(gravest, words, who);
  if (health.status !== 'healthy') return words.verdictPlain;
  const checks = checksConfigured(health);
  return checks === 0 ? words.noneSetUp : words.allPass(checks);
}
