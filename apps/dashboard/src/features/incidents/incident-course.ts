import type { Incident } from '@yoban/shared/contracts/incident';
import type { Messages } from '../../i18n/messages.ts';
import { whoEnded } from './incident-words.ts';

/** One moment of an incident's course. `tone` is whether it went well; null where that is not the question. */
export interface CourseStep {
  key: string;
  at: string;
  kind: 'began' | 'detected' | 'alerted' | 'acted' | 'recovered';
  title: string;
  notes: string[];
  tone: 'ok' | 'error' | null;
}

type Action = Incident['actions'][number];

/** Began, detected, told, each action, recovered: in the order of their times. */
export function courseOf(incident: Incident, words: Messages): CourseStep[] {
  const { beganAt, detectedAt, alertedAt, recoveredAt, recoveredBy, actions } = incident;
  const plain = (kind: CourseStep['kind'], at: string | null, title: string): CourseStep[] =>
    at === null ? [] : [{ key: kind, at, kind, title, notes: [], tone: kind === 'recovered' ? 'ok' : null }];
  const steps = [
    ...plain('began', beganAt, words.stepBegan),
    ...plain('detected', detectedAt, words.stepDetected),
    ...plain('alerted', alertedAt, words.stepAlerted),
    ...actions.map((action, index) => actedStep(action, index, words)),
    ...plain('recovered', recoveredAt, words.stepRecoveredBy(whoEnded(recoveredBy, words))),
  ];
  // A stable sort: what is of one moment stays in the order above.
  return steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function actedStep(action: Action, index: number, words: Messages): CourseStep {
  const { name, startedAt, attempt, attemptMax, ok, exitCode, detail, by } = action;
  const notes = [
    ok === null ? words.actionRuns : ok ? words.actionOk : words.actionFailed,
    attempt !== null && attemptMax !== null ? words.attemptOf(String(attempt), String(attemptMax)) : null,
    exitCode !== null && exitCode !== 0 ? words.exitCode(String(exitCode)) : null,
    by === 'yoban' ? null : words.askedBy(by),
    detail === '' ? null : detail,
  ].filter((note) => note !== null);
  const tone = ok === null ? null : ok ? 'ok' : 'error';
  return { key: `action-${index}`, at: startedAt, kind: 'acted', title: words.stepAction(name), notes, tone };
}
