import type { installEn } from './install-en.ts';

export const installJa: typeof installEn = {
  commands: {
    'watchdog install': 'yoban をこのマシンのサービスにする設定（systemd のユニットまたは cron の行）を書き出す',
    'watchdog enable': '「watchdog install」で書き出したものを開始し、起動時にも自動で開始する',
  },
  options: {
    underUser: 'このユーザーの systemd で動かす',
    underSystem: 'マシン全体の systemd で動かす（root が必要）',
    underCron: 'systemd を使わず cron で動かす',
    unitDir: 'ユニットを置くフォルダー（省くと systemd が読む場所）',
    runAs: 'マシン全体のサービスを動かすユーザー（省くと YOBAN_HOME の所有者）',
    envFile: '秘密の値を NAME=value で書いたファイル（省くと yoban.yml と同じ場所の .env）',
    dryRunInstall: '内容を表示するだけで、何も変更しない',
  },
  texts: {
    written: (file) => `書き込みました: ${file}`,
    unchanged: (file) => `変更なし: ${file}`,
    wouldWrite: (file) => `${file} に書き込む内容:`,
    ran: (command) => `実行しました: ${command}`,
    wouldRun: (command) => `実行する内容: ${command}`,
    unset: (names, file) => `${file} にないもの: ${names}`,
    next: (kind) => `次に実行: yoban watchdog enable --${kind}`,
    linger: (user) => `ログイン前から動かすには: loginctl enable-linger ${user}`,
    oddPath: (file) => `パス ${file} には空白や特別な記号が含まれるため、systemd と cron に渡せません`,
    noClone: 'この yoban はクローンではありません（コンテナなど）。サービスは起動元が管理します',
    ownedByRoot: (home) =>
      `${home} の所有者が root です。yoban 用のユーザーを作って所有者にするか、--run-as で指定してください`,
    foreign: (file) => `${file} は既にあり、yoban が書いたものではありません`,
    foreignHint: '内容を確かめ、不要なら移動してからもう一度実行してください。',
    notInstalled: 'まだ何もインストールされていません',
    notInstalledHint: '先に実行: yoban watchdog install',
    runs: (pid) => `このキットは npm start で既に動いています（プロセス ${pid}）`,
  },
};
