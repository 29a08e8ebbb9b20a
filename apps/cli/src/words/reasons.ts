import type { Lang } from './words.ts';

const en: Record<string, string> = {
  process_down: 'the process does not run',
  process_unknown: 'whether the process runs is not known',
  not_answering: 'the process runs but does not answer',
  memory_high: 'uses much memory',
  cpu_high: 'uses much CPU for minutes',
  database_missing: 'the file is not there',
  database_not_sqlite: 'the file is not a SQLite database',
  database_corrupt: 'the file is damaged',
  database_unknown: 'its state is not known',
  llm_down: 'no answer of the model for long',
  llm_error_rate: 'many calls of the model fail',
  llm_fallback: 'the fallback answers',
  tips_failing: 'tips fail',
  tip_queue: 'many tips wait',
  platform_disconnected: 'disconnected',
  cycle_stale: 'no new cycle of the game',
  disk_low: 'little space on the disk',
  backup_failed: 'the last backup failed',
  backups_stale: 'the next backup is overdue',
  bus_down: 'Redis does not answer',
  bus_unsafe: 'Redis may drop what it holds',
  store_down: 'the store of the kit cannot be written',
  _stale: 'nothing heard of it lately',
};

const ja: Record<string, string> = {
  process_down: 'プロセスが動いていません',
  process_unknown: 'プロセスの状態が不明です',
  not_answering: 'プロセスは動いていますが応答しません',
  memory_high: 'メモリ使用量が多い状態です',
  cpu_high: 'CPU 使用率が高い状態が続いています',
  database_missing: 'ファイルがありません',
  database_not_sqlite: 'SQLite のデータベースではありません',
  database_corrupt: 'ファイルが壊れています',
  database_unknown: '状態が不明です',
  llm_down: 'モデルの応答が長時間ありません',
  llm_error_rate: 'モデルの呼び出しの失敗が多い状態です',
  llm_fallback: 'フォールバックが応答しています',
  tips_failing: '投げ銭の処理に失敗しています',
  tip_queue: '投げ銭の待ち行列が長くなっています',
  platform_disconnected: '切断されています',
  cycle_stale: 'ゲームのサイクルが止まっています',
  disk_low: 'ディスクの空きが少なくなっています',
  backup_failed: '前回のバックアップに失敗しました',
  backups_stale: '次のバックアップが予定より遅れています',
  bus_down: 'Redis が応答しません',
  bus_unsafe: 'Redis がデータを捨てる設定になっています',
  store_down: 'キットの保存先に書き込めません',
  _stale: '新しい報告がありません',
};

/** A reason's code in words; the code itself where a newer kit sends one that is not known here. */
export function reasonWords(code: string, lang: Lang): string {
  const words = lang === 'ja' ? ja : en;
  return words[code] ?? (code.endsWith('_stale') ? words._stale : undefined) ?? code;
}
