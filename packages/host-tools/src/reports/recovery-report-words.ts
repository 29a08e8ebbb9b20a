import type { Locale } from '@yoban/shared/config/fields';
import type { ProbeReading, RecoveryReport } from './recovery-report.ts';

export interface ReportWords {
  title: (service: string) => string;
  facts: Record<
    'service' | 'fault' | 'trigger' | 'cause' | 'lastError' | 'detected' | 'ended' | 'duration' | 'result',
    string
  >;
  trigger: Record<RecoveryReport['trigger']['kind'], (by: string) => string>;
  result: Record<RecoveryReport['result'], string>;
  by: (who: string) => string;
  evidence: string;
  noEvidence: string;
  actions: string;
  actionHead: readonly [string, string, string, string, string, string];
  noAction: string;
  underWay: string;
  ok: string;
  failed: string;
  phases: string;
  late: string;
  before: string;
  after: string;
  readings: Record<ProbeReading['state'], string>;
  seconds: (text: string) => string;
}

export const reportWords: Record<Locale, ReportWords> = {
  en: {
    title: (service) => `Recovery of ${service}`,
    facts: {
      ...{ service: 'Service', fault: 'Fault', trigger: 'Trigger', cause: 'Cause', lastError: 'Last error' },
      ...{ detected: 'Detected', ended: 'Ended', duration: 'Duration', result: 'Result' },
    },
    trigger: {
      fault: () => 'a confirmed fault',
      kick: (by) => `asked for by ${by}`,
      operator: (by) => `by hand (${by})`,
    },
    result: { 'under-way': 'under way', recovered: 'recovered', 'not-recovered': 'not recovered' },
    by: (who) => `by ${who}`,
    evidence: 'Evidence',
    noEvidence: 'None was taken.',
    actions: 'Actions',
    actionHead: ['Begun', 'Action', 'Attempt', 'Exit code', 'Time', 'Outcome'],
    noAction: 'Nothing was done.',
    underWay: 'under way',
    ok: 'ok',
    failed: 'failed',
    phases: 'Phases',
    late: 'late',
    before: 'Before',
    after: 'After',
    readings: { passes: 'passes', fails: 'fails', unknown: 'unknown' },
    seconds: (text) => `${text} s`,
  },
  ja: {
    title: (service) => `${service} の復旧レポート`,
    facts: {
      ...{ service: 'サービス', fault: '異常', trigger: 'きっかけ', cause: '原因', lastError: '直近のエラー' },
      ...{ detected: '検知', ended: '終了', duration: '所要時間', result: '結果' },
    },
    trigger: {
      fault: () => '異常の検知',
      kick: (by) => `${by} からの依頼`,
      operator: (by) => `手動（${by}）`,
    },
    result: { 'under-way': '復旧中', recovered: '復旧', 'not-recovered': '未復旧' },
    by: (who) => `実行者: ${who}`,
    evidence: '記録した状態',
    noEvidence: '記録はありません。',
    actions: '実行した処置',
    actionHead: ['開始', '処置', '回数', '終了コード', '時間', '結果'],
    noAction: '処置は行っていません。',
    underWay: '実行中',
    ok: '成功',
    failed: '失敗',
    phases: '復旧の段階',
    late: '遅延',
    before: '処置の前',
    after: '処置の後',
    readings: { passes: '正常', fails: '異常', unknown: '不明' },
    seconds: (text) => `${text}秒`,
  },
};
