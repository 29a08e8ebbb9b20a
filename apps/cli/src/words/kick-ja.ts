import type { kickEn } from './kick-en.ts';

/** `kick`と`incidents`の文言。 */
export const kickJa: typeof kickEn = {
  commands: {
    kick: 'yoban.ymlで許可された復旧操作をwatchdogに依頼する',
    'incidents list': '障害を一覧表示する。対応中が先（「incidents」だけでも同じ）',
    'incidents show': '障害を1件表示する（実行した操作、各段階の所要時間）',
    'incidents ack': '対応中の障害を確認済みにする。停止していた復旧は再開する',
    'incidents note': '障害にメモを書く。空にすると消える',
    'incidents false-alarm': '誤報として記録する。--undoで取り消す',
  },
  options: {
    source: '依頼元（例: cli、line:U1234）',
    kickedService: '依頼先のサービス（複数あるとき）',
    incidentState: 'open または ended',
    undo: '取り消す',
  },
  kick: {
    asked: (action) => `${action}を依頼しました。watchdogが次の周期で実行します。`,
    left: (action) =>
      `キットのAPIに接続できません。${action}を依頼ファイルに置きました。watchdogが次の周期で実行します。`,
    wrongToken: 'このキックトークンは受け付けられません',
    notAllowed: (action, allowed) => `「${action}」は依頼できません（依頼できる操作: ${allowed}）`,
    badSource: (source, pattern) => `「${source}」は依頼元として使えません。形式: ${pattern}`,
    slotTaken: '依頼ファイルには別の依頼があります',
    off: (service) =>
      service === null ? 'キックを許可しているサービスがありません' : `${service}はキックを許可していません`,
    offHint: 'yoban.ymlのservices.<name>.kickで許可しない限り、キックは無効です。',
    several: (names) => `キックできるサービスが複数あります（${names}）。1つ指定してください`,
    severalHint: '--service NAMEを付けてください。',
    noToken: 'キックトークンがありません',
    noTokenHint: (name) => `${name}を設定するか、標準入力でトークンを渡してください。`,
  },
  incidents: {
    none: '障害はありません。',
    head: ['状態', '重要度', '検知', 'サービス', '異常', '検知まで', '回復まで', '対応', 'ID'],
    states: { open: '対応中', ended: '回復', falseAlarm: '誤報' },
    badState: (text) => `「${text}」という状態はありません`,
    thereAre: (names) => `指定できる値: ${names}`,
    detected: '検知',
    alerted: '通知',
    recovered: '回復',
    action: (name, attempt) => `操作 ${name}${attempt}`,
    attempt: (n, max) => (max === null ? `（${n}回目）` : `（${max}回中${n}回目）`),
    phase: (name) => `段階 ${name}`,
    late: '遅延',
    notYet: 'まだ',
    running: '実行中',
    failed: '失敗',
    note: 'メモ',
    evidence: '証跡',
    report: '報告書',
    figures: (detect, recover, automatic, wrong) =>
      `30日間: 平均検知 ${detect}、平均回復 ${recover}、人手なし ${automatic}、誤報 ${wrong}`,
    said: (id) => `${id}を更新しました。`,
    noteMissing: 'メモの内容がありません',
    silent: (seconds) => `依頼は受け付けられましたが、watchdogが${seconds}秒以内に書き込みませんでした`,
  },
};
