import type { Locale } from '../config/fields.ts';
import type { AlertParams } from '../contracts/alert.ts';
import type { AlertType } from './catalogue.ts';
import { supervisorName } from './supervisor-name.ts';

interface TypeWords {
  title: string;
  cause: (p: AlertParams) => string;
  details?: (p: AlertParams) => string[];
  effect?: (p: AlertParams) => string | null;
  recovered?: (p: AlertParams) => string;
}

const num = (value: AlertParams[string] | undefined, digits = 1): string =>
  typeof value === 'number' ? String(Number(value.toFixed(digits))) : '?';
/** A small database is not "0 MB". */
const size = (p: AlertParams): string =>
  typeof p.sizeMb === 'number' && p.sizeMb < 1 ? `${num(p.sizeMb * 1_000, 0)} kB` : `${num(p.sizeMb)} MB`;
const str = (value: AlertParams[string] | undefined): string =>
  value === undefined || value === null ? '?' : String(value);

const supervisor = (p: AlertParams): string => supervisorName(str(p.supervisor));

/** "(n of m)" of a supervisor's restarts, or nothing where the supervisor has no limit. */
const nOfM = (p: AlertParams, locale: Locale): string => {
  if (typeof p.restarts !== 'number' || typeof p.restartLimit !== 'number') return '';
  return locale === 'ja' ? `（${p.restarts}/${p.restartLimit}回目）` : ` (${p.restarts} of ${p.restartLimit})`;
};

/** " (n of m)" of a month's messages, or nothing where the receiver did not say. */
const ofLimit = (p: AlertParams): string => (typeof p.limit === 'number' ? ` (${num(p.used, 0)}/${p.limit})` : '');

const seconds = (p: AlertParams): string =>
  num(
    typeof p.downMs === 'number' ? p.downMs / 1000 : undefined,
    p.downMs !== null && Number(p.downMs) < 10_000 ? 1 : 0,
  );

const platformEn = (name: string): TypeWords => ({
  title: `${name} disconnected`,
  cause: () => `${name} is disconnected.`,
  recovered: () => `${name} is connected again`,
});
const platformJa = (name: string): TypeWords => ({
  title: `${name} の切断`,
  cause: () => `${name} が切断されています。`,
  recovered: () => `${name} に再接続しました`,
});

const en: Record<AlertType, TypeWords> = {
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
};

const tierJa: Record<string, string> = { hourly: '毎時', daily: '日次', weekly: '週次' };
const tier = (p: AlertParams): string => tierJa[str(p.tier)] ?? str(p.tier);

const ja: Record<AlertType, TypeWords> = {
  process_down: {
    title: 'プロセス停止',
    cause: (p) =>
      p.exhausted
        ? `プロセスが停止し、${supervisor(p)} は再起動をやめました${nOfM(p, 'ja')}。`
        : `プロセスが停止し、${num(p.graceS)}秒以内に復帰しませんでした。`,
    effect: () => 'サービスは動作していません。',
    recovered: () => 'プロセスが復帰しました',
  },
  health_unreachable: {
    title: '応答なし',
    cause: (p) =>
      `サービスが停止状態（DOWN）です。プロセスは動いていますが ${str(p.host)} が応答しません（${str(p.detail)}）。`,
    recovered: () => 'サービスの応答が戻りました',
  },
  service_unhealthy: {
    title: '障害発生中',
    cause: (p) => `サービスに障害が発生しています: ${str(p.reasons)}。`,
    recovered: () => 'サービスは正常に戻りました',
  },
  kit_down: {
    title: '監視が停止しています',
    cause: (p) =>
      `yoban の health-api が応答しません（${str(p.detail)}）。サービス本体は${p.serviceUp ? '動いています' : '確認できません'}。`,
    effect: () => '状態表示は最新ではありません。',
    recovered: () => 'yoban の health-api が応答を再開しました',
  },
  bus_down: {
    title: 'Redis 応答なし',
    cause: (p) => `Redis が${num(p.forS, 0)}秒間応答していません（${str(p.detail)}）。`,
    effect: () =>
      'CRITICAL の通知は直接送信されます。まとめ通知、繰り返しの抑制、ダッシュボードの数値は Redis の復旧を待ちます。',
    recovered: () => 'Redis の応答が戻りました',
  },
  database_corrupt: {
    title: 'データベース破損',
    cause: (p) => `データベース ${str(p.db)} が破損しています: ${str(p.detail)}。`,
    effect: () => '最新の正常なバックアップから復元してください: yoban restore --latest --yes',
    recovered: (p) => `データベース ${str(p.db)} は正常に戻りました`,
  },
  backup_failed: {
    title: 'バックアップ失敗',
    cause: (p) => `${str(p.db)} の${tier(p)}バックアップに失敗しました: ${str(p.detail)}`,
    effect: (p) => (typeof p.hint === 'string' ? p.hint : null),
    recovered: (p) => `${str(p.db)} のバックアップは再び成功しています`,
  },
  llm_error_rate: {
    title: 'LLM エラー',
    cause: (p) => `LLM のエラー率が ${num(p.limit)}% を超えました（現在 ${num(p.value)}%）。`,
    effect: (p) => (p.fallback ? '代替応答が作動しています。' : null),
  },
  llm_down: { title: 'LLM 停止', cause: () => 'LLM が5分以上応答していません。' },
  llm_fallback: { title: 'LLM 代替応答', cause: () => '代替応答が作動しています。' },
  platform_disconnected_youtube: platformJa('YouTube'),
  platform_disconnected_tiktok: platformJa('TikTok'),
  platform_disconnected_obs: platformJa('OBS'),
  tips_failing: {
    title: '投げ銭',
    cause: (p) => `投げ銭: 直近1時間の失敗 ${num(p.failed, 0)}件、待ち ${num(p.queue, 0)}件。`,
  },
  memory_high: {
    title: 'メモリ使用量',
    cause: (p) => `メモリが ${num(p.value, 0)} MB に達しています（上限 ${num(p.limit, 0)} MB）。`,
  },
  cpu_high: { title: 'CPU 使用率', cause: (p) => `CPU 使用率が ${num(p.value, 0)}% のまま下がりません。` },
  disk_low: { title: 'ディスク残量', cause: (p) => `ディスクの空きが ${num(p.value)}% です。` },
  cycle_stale: { title: 'ゲームサイクルの遅れ', cause: (p) => `最後のゲームサイクルは ${num(p.value, 0)}分前です。` },
  service_degraded: { title: '機能低下', cause: (p) => `サービスの機能が低下しています: ${str(p.reasons)}。` },
  bus_unsafe: { title: 'Redis の設定', cause: (p) => `Redis がデータを失いうる設定です: ${str(p.detail)}。` },
  channel_quota: {
    title: 'メッセージ数の上限',
    cause: (p) =>
      p.exhausted
        ? `通知先 ${str(p.channel)} は今月これ以上送信できません${ofLimit(p)}。`
        : `通知先 ${str(p.channel)} の今月のメッセージ数が上限に近づいています${ofLimit(p)}。`,
    effect: (p) => (p.exhausted ? '代わりの通知先が設定されていれば、そちらに届きます。' : null),
    recovered: (p) => `通知先 ${str(p.channel)} は再び送信できます`,
  },
  backup_ok: {
    title: 'バックアップ成功',
    cause: (p) => `${str(p.db)} の${tier(p)}バックアップに成功しました（${size(p)}、${num(p.seconds)}秒）。`,
  },
  restore_ok: {
    title: '復元成功',
    cause: (p) => `データベース ${str(p.db)} を ${str(p.file)} から復元しました（${num(p.seconds)}秒）。`,
  },
  process_restarted: {
    title: '再起動',
    cause: (p) =>
      p.supervisorToo
        ? `プロセスは ${supervisor(p)} ごと再起動されました。停止時間 ${seconds(p)}秒。`
        : `プロセスは ${supervisor(p)} によって再起動されました${nOfM(p, 'ja')}。停止時間 ${seconds(p)}秒。`,
  },
};

/** Words of each alert type; a type without both languages does not compile. */
export const alertWords: Record<Locale, Record<AlertType, TypeWords>> = { en, ja };
