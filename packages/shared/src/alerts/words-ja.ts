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

const dailyJa = (p: AlertParams): string[] =>
  lines(
    [p.uptimeS, `プロセス: 連続稼働 ${days(p.uptimeS)}日${hours(p.uptimeS)}時間`],
    [p.tips, `投げ銭: ${whole(p.tips)}件（¥${whole(p.revenueYen)}）、失敗 ${whole(p.tipsFailed)}件`],
    [p.llmCalls, `LLM: 呼び出し ${whole(p.llmCalls)}回、エラー ${whole(p.llmErrors)}件`],
    [p.gameDay, `ゲーム: ${whole(p.gameDay)}日目`],
    [p.backupsMade, `バックアップ: 作成 ${whole(p.backupsMade)}件、検証済み ${whole(p.backupsVerified)}件`],
    [p.alertsSent, `通知: 送信 ${whole(p.alertsSent)}件、まとめた通知 ${whole(p.alertsSuppressed)}件`],
  );

const platformJa = (name: string): TypeWords => ({
  title: `${name} の切断`,
  cause: () => `${name} が切断されています。`,
  recovered: () => `${name} に再接続しました`,
});

const tierJa: Record<string, string> = { hourly: '毎時', daily: '日次', weekly: '週次' };
const tier = (p: AlertParams): string => tierJa[str(p.tier)] ?? str(p.tier);

/** Japanese. */
export const wordsJa: Record<AlertType, TypeWords> = {
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
  restore_proof_old: {
    title: 'リストア未検証',
    cause: (p) =>
      `${str(p.db)} のバックアップが ${num(p.ageH, 0)} 時間リストア検証されていません（上限 ${num(p.limit, 0)} 時間）。`,
    effect: () => 'バックアップから復元できるかどうかは不明です。',
    recovered: (p) => `${str(p.db)} のバックアップのリストア検証に成功しました`,
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
  wal_large: {
    title: 'WAL の肥大',
    cause: (p) => `${str(p.db)} の WAL が ${num(p.sizeMb, 0)} MB に達しています（上限 ${num(p.limitMb, 0)} MB）。`,
    effect: () =>
      '終わらない読み取りがチェックポイントを妨げているか、縮小されていません。読み取りを終え、アプリ側で PRAGMA wal_checkpoint(TRUNCATE) を実行してください。',
    recovered: (p) => `${str(p.db)} の WAL は上限内に戻りました`,
  },
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
  ...policyWords.ja,
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
  daily_stats: {
    title: '1日のまとめ',
    cause: (p) => `直近${num(p.hours, 0)}時間: 稼働率 ${percent(p.upPercent)}、障害 ${whole(p.incidents)}件。`,
    details: dailyJa,
  },
};
