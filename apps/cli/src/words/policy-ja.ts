import type { policyEn } from './policy-en.ts';

export const policyJa: typeof policyEn = {
  commands: {
    'watchdog status': '各異常の状態と、watchdog が待っているものを表示する',
    'watchdog run-once': 'すべてを1回検査し、見つけた異常を復旧する（--dry-run なら実行せずに表示だけする）',
    'watchdog simulate':
      'シナリオを仮想時間で再生する（ファイル、FAULT、SERVICE/FAULT、SERVICE/FAULT:ACTION のいずれか）',
  },
  options: {
    fast: '検査の間隔を5分の1（または yoban.yml のプロファイル fast）にする',
    noRecovery: '復旧は行わず、行うはずの操作を表示する',
    dryRunOnce: '何も実行・保存せず、行うはずの操作を表示する',
  },
  watchdog: {
    notBuilt: 'watchdog のプログラムがここにありません',
    notBuiltHint: 'クローンしたフォルダー、または watchdog のコンテナーで実行してください。',
    noAnswer: (why) => `watchdog のプログラムから応答がありません: ${why}`,
    none: '復旧方針を持つサービスがありません（yoban.yml の services.<名前>.faults）。',
    neverRan: (service) => `${service}: watchdog はまだ検査していません`,
    service: (service, mode, ago) => `${service}（${mode}）、${ago}の状態`,
    held: (why) => `現在は何も実行しません: ${why}`,
    faults: ['異常', '状態', '継続', '期限', '実施済み', '通知済み'],
    probes: ['検査', '結果', '確認', '詳細'],
    budgets: ['上限', '使用', '最大', '期間', '空き'],
    kick: (action) => `依頼を受けて待機中: ${action}`,
    wellDone: 'すべて正常です。',
    unsettled: '時間内に終わらなかったものがあります。常駐の watchdog であれば続行します。',
    simulated: (service, mode, span) => `${service}（${mode}）、仮想時間 ${span}`,
    lines: ['時刻', '内容', '異常', '詳細'],
    nothing: '何も起こりません。',
  },
  lint: {
    detection: ['サービス', '異常', '最悪の検知時間', '最も遅い検査'],
    lateDetection: (place, probe, worst, promised) =>
      `${place}: 検知に最長 ${worst} かかり（検査 ${probe}）、sla.detect の ${promised} を守れません`,
    unusedProbe: (service, probe) => `${service}: 検査 ${probe} はどこからも使われず、実行されません`,
    unusedAction: (service, action) => `${service}: 操作 ${action} はどこからも使われていません`,
    unbudgetedAction: (place, action) => `${place}: 操作 ${action} を数える上限がなく、回数に制限がありません`,
    stepOverBudget: (place, step, budget, max) =>
      `${place}: 手順 ${step} は上限 ${budget}（${max}回）より多くの実行を要するため、決して行われません`,
    stepNeverDue: (place, step) => `${place}: 手順 ${step} の前に復旧操作がないため、決して行われません`,
    shortProof: (place, step, probe) =>
      `${place}: 手順 ${step} の確認時間は、検査 ${probe} の制限時間より短くなっています`,
    twoRestarters: (place) =>
      `${place}: 停止したプロセスは supervisor も同時に再起動します。firstResponder に猶予を設定してください`,
    daemonUnseen: (service) =>
      `${service}: pm2 デーモンを見る検査（supervisor_daemon）がありません。デーモンが止まると pm2 は何も再起動しません`,
  },
};
