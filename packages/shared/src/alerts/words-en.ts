import type { AlertParams } from '../contracts/alert.ts';
import type { AlertType } from './catalogue.ts';
import { policyWords } from './policy-words.ts';
import type { TypeWords } from './type-words.ts';
import {
  days,
  hours,
  lines,
  nOfM,
  num,
  ofLimit,
  percent,
  seconds,
  size,
  str,
  supervisor,
  whole,
} from './word-forms.ts';

const dailyEn = (p: AlertParams): string[] =>
  lines(
    [p.uptimeS, `Process: running for ${days(p.uptimeS)} d ${hours(p.uptimeS)} h`],
    [p.tips, `Tips: ${whole(p.tips)} (¥${whole(p.revenueYen)}), ${whole(p.tipsFailed)} failed`],
    [p.llmCalls, `LLM: ${whole(p.llmCalls)} calls, ${whole(p.llmErrors)} errors`],
    [p.gameDay, `Game: day ${whole(p.gameDay)}`],
    [p.backupsMade, `Backups: ${whole(p.backupsMade)} made, ${whole(p.backupsVerified)} verified`],
    [p.alertsSent, `Alerts: ${whole(p.alertsSent)} sent, ${whole(p.alertsSuppressed)} suppressed`],
  );
const platformEn = (name: string): TypeWords => ({
  title: `${name} disconnected`,
  cause: () => `${name} is disconnected.`,
  recovered: () => `${name} is connected again`,
});
/** English. */
export const wordsEn: Record<AlertType, TypeWords> = {
  process_down: {
    title: 'Process down',
    cause: (p) =>
      p.exhausted
        ? `Process is down and ${supervisor(p)} has given up${nOfM(p, 'en')}.`
        : `Process is down and did not come back within ${num(p.graceS)} s.`,
    effect: () => 'The service does not run.',
    recovered: () => 'Process is up again',
  },
  health_unreachable: {
    title: 'Not answering',
    cause: (p) => `Service is DOWN: the process runs but ${str(p.host)} does not answer (${str(p.detail)}).`,
    recovered: () => 'Service answers again',
  },
  service_unhealthy: {
    title: 'Unhealthy',
    cause: (p) => `Service is unhealthy: ${str(p.reasons)}.`,
    recovered: () => 'Service is healthy again',
  },
  kit_down: {
    title: 'yoban is not watching',
    cause: (p) =>
      `yoban's health-api does not answer (${str(p.detail)}). The service itself ${p.serviceUp ? 'runs' : 'could not be asked'}.`,
    effect: () => 'Status and dashboard are not up to date.',
    recovered: () => "yoban's health-api answers again",
  },
  bus_down: {
    title: 'Redis is away',
    cause: (p) => `Redis has not answered for ${num(p.forS, 0)} s (${str(p.detail)}).`,
    effect: () => 'CRITICAL alerts go out directly; digests, repeats and the figures of the dashboard wait for Redis.',
    recovered: () => 'Redis answers again',
  },
  database_corrupt: {
    title: 'Database damaged',
    cause: (p) => `Database ${str(p.db)} is damaged: ${str(p.detail)}.`,
    effect: () => 'Restore the latest good backup: yoban restore --latest --yes',
    recovered: (p) => `Database ${str(p.db)} is sound again`,
  },
  backup_failed: {
    title: 'Backup failed',
    cause: (p) => `The ${str(p.tier)} backup of ${str(p.db)} failed: ${str(p.detail)}`,
    effect: (p) => (typeof p.hint === 'string' ? p.hint : null),
    recovered: (p) => `Backups of ${str(p.db)} work again`,
  },
  restore_proof_old: {
    title: 'Restore not proven',
    cause: (p) =>
      `No backup of ${str(p.db)} has been restored for trial for ${num(p.ageH, 0)} h (limit ${num(p.limit, 0)} h).`,
    effect: () => 'Whether the backups can be restored is not known.',
    recovered: (p) => `A backup of ${str(p.db)} was restored for trial`,
  },
  llm_error_rate: {
    title: 'LLM errors',
    cause: (p) => `LLM error rate is over ${num(p.limit)}% (now ${num(p.value)}%).`,
    effect: (p) => (p.fallback ? 'Fallback replies are on.' : null),
  },
  llm_down: { title: 'LLM down', cause: () => 'The LLM has not answered for over 5 minutes.' },
  llm_fallback: { title: 'LLM fallback', cause: () => 'Fallback replies are on.' },
  platform_disconnected_youtube: platformEn('YouTube'),
  platform_disconnected_tiktok: platformEn('TikTok'),
  platform_disconnected_obs: platformEn('OBS'),
  tips_failing: {
    title: 'Tips',
    cause: (p) => `Tips: ${num(p.failed, 0)} failed in the last hour, ${num(p.queue, 0)} waiting.`,
  },
  memory_high: { title: 'Memory high', cause: (p) => `Memory is at ${num(p.value, 0)} MB of ${num(p.limit, 0)} MB.` },
  cpu_high: { title: 'CPU high', cause: (p) => `CPU has stayed at ${num(p.value, 0)}% of a core.` },
  disk_low: { title: 'Disk nearly full', cause: (p) => `Only ${num(p.value)}% of the disk is free.` },
  cycle_stale: { title: 'Game cycle late', cause: (p) => `The last game cycle ended ${num(p.value, 0)} min ago.` },
  service_degraded: { title: 'Degraded', cause: (p) => `Service is degraded: ${str(p.reasons)}.` },
  wal_large: {
    title: 'Write-ahead log large',
    cause: (p) =>
      `The write-ahead log of ${str(p.db)} has grown to ${num(p.sizeMb, 0)} MB (limit ${num(p.limitMb, 0)} MB).`,
    effect: () =>
      'A reader that never ends keeps it from being checkpointed, or it was never shrunk: end the reader, then PRAGMA wal_checkpoint(TRUNCATE) by its application.',
    recovered: (p) => `The write-ahead log of ${str(p.db)} is small again`,
  },
  bus_unsafe: {
    title: 'Redis can lose alerts',
    cause: (p) => `Redis is set so that it can lose data: ${str(p.detail)}.`,
  },
  channel_quota: {
    title: 'Message quota',
    cause: (p) =>
      p.exhausted
        ? `Channel ${str(p.channel)} takes no more messages this month${ofLimit(p)}.`
        : `Channel ${str(p.channel)} has used most of this month's messages${ofLimit(p)}.`,
    effect: (p) => (p.exhausted ? 'Its fallback, if it has one, takes over.' : null),
    recovered: (p) => `Channel ${str(p.channel)} has messages left again`,
  },
  ...policyWords.en,
  backup_ok: {
    title: 'Backup OK',
    cause: (p) => `Backup OK: ${str(p.tier)} backup of ${str(p.db)} (${size(p)}, ${num(p.seconds)} s).`,
  },
  restore_ok: {
    title: 'Restore OK',
    cause: (p) => `Database ${str(p.db)} was restored from ${str(p.file)} in ${num(p.seconds)} s.`,
  },
  process_restarted: {
    title: 'Restarted',
    cause: (p) =>
      p.supervisorToo
        ? `Process was restarted together with ${supervisor(p)} itself, down for ${seconds(p)} s.`
        : `Process was restarted by ${supervisor(p)}${nOfM(p, 'en')}, down for ${seconds(p)} s.`,
  },
  daily_stats: {
    title: 'Daily statistics',
    cause: (p) =>
      `Last ${num(p.hours, 0)} h: up ${percent(p.upPercent)}, ${whole(p.incidents)} ${p.incidents === 1 ? 'incident' : 'incidents'}.`,
    details: dailyEn,
  },
};
