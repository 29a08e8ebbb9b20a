import type { Locale } from '../config/fields.ts';
import type { AlertParams } from '../contracts/alert.ts';
import type { TypeWords } from './type-words.ts';
import { num, str } from './word-forms.ts';

const triedEn = (p: AlertParams): string =>
  typeof p.tries === 'number' && p.tries > 0
    ? ` Tried: ${str(p.triedAll)} (${p.tries} ${p.tries === 1 ? 'action' : 'actions'}), not healthy yet.`
    : '';
const triedJa = (p: AlertParams): string =>
  typeof p.tries === 'number' && p.tries > 0
    ? ` ${str(p.triedAll)} を実行しました（${p.tries}回）が、回復していません。`
    : '';
const reportEn = (p: AlertParams): string => (typeof p.report === 'string' ? ` Report: ${p.report}` : '');
const reportJa = (p: AlertParams): string => (typeof p.report === 'string' ? ` レポート: ${p.report}` : '');
const minutes = (value: AlertParams[string] | undefined): string =>
  num(typeof value === 'number' ? value / 60_000 : undefined, 1);

/** A fault that a service's policy names, whichever alert type it is told under. */
export const policyFaultWords: Record<Locale, TypeWords> = {
  en: {
    title: 'Fault',
    cause: (p) => `Fault ${str(p.fault)}: ${str(p.cause)}.${triedEn(p)}${reportEn(p)}`,
    recovered: (p) => `Fault ${str(p.fault)} is over`,
  },
  ja: {
    title: '異常',
    cause: (p) => `異常 ${str(p.fault)}: ${str(p.cause)}。${triedJa(p)}${reportJa(p)}`,
    recovered: (p) => `異常 ${str(p.fault)} は解消しました`,
  },
};

type PolicyType = 'recovery_failed' | 'restart_limit' | 'phase_late' | 'fault_repaired';

/** What the watchdog tells of its own repairs. */
export const policyWords: Record<Locale, Record<PolicyType, TypeWords>> = {
  en: {
    recovery_failed: {
      title: 'Recovery failed',
      cause: (p) => `Fault ${str(p.fault)} stands: ${str(p.cause)}.${triedEn(p)}${reportEn(p)}`,
      effect: () => 'Nothing more is done by itself until it fails again.',
      recovered: (p) => `Fault ${str(p.fault)} is over`,
    },
    restart_limit: {
      title: 'Restart limit',
      cause: (p) =>
        `${str(p.used)} of ${str(p.max)} starts within ${minutes(p.windowMs)} min are used up (${str(p.budget)}), and fault ${str(p.fault)} stands: ${str(p.cause)}.${reportEn(p)}`,
      effect: (p) =>
        p.waits ? 'It is tried again when the window allows.' : 'Nothing more is done until somebody says so.',
      recovered: (p) => `Fault ${str(p.fault)} is over`,
    },
    phase_late: {
      title: 'Late recovery',
      cause: (p) =>
        `Recovery from ${str(p.fault)}: ${str(p.phase)} has not come within ${num(Number(p.withinMs) / 1_000)} s.`,
      recovered: (p) => `Recovery from ${str(p.fault)}: ${str(p.phase)} has come`,
    },
    fault_repaired: {
      title: 'Repaired',
      cause: (p) =>
        `Fault ${str(p.fault)} was repaired by ${str(p.triedAll)}, after ${num(Number(p.downMs) / 1_000)} s.`,
    },
  },
  ja: {
    recovery_failed: {
      title: '自動復旧の失敗',
      cause: (p) => `異常 ${str(p.fault)} が続いています: ${str(p.cause)}。${triedJa(p)}${reportJa(p)}`,
      effect: () => '次に異常を検知するまで、自動では何も行いません。',
      recovered: (p) => `異常 ${str(p.fault)} は解消しました`,
    },
    restart_limit: {
      title: '再起動の上限',
      cause: (p) =>
        `${minutes(p.windowMs)}分間の上限 ${str(p.max)}回のうち ${str(p.used)}回を使いました（${str(p.budget)}）。異常 ${str(p.fault)} が続いています: ${str(p.cause)}。${reportJa(p)}`,
      effect: (p) => (p.waits ? '上限に空きができたら再び試みます。' : '指示があるまで何も行いません。'),
      recovered: (p) => `異常 ${str(p.fault)} は解消しました`,
    },
    phase_late: {
      title: '復旧の遅れ',
      cause: (p) =>
        `${str(p.fault)} からの復旧: ${str(p.phase)} が${num(Number(p.withinMs) / 1_000)}秒以内に完了していません。`,
      recovered: (p) => `${str(p.fault)} からの復旧: ${str(p.phase)} が完了しました`,
    },
    fault_repaired: {
      title: '自動復旧',
      cause: (p) =>
        `異常 ${str(p.fault)} は ${str(p.triedAll)} により復旧しました（${num(Number(p.downMs) / 1_000)}秒）。`,
    },
  },
};
