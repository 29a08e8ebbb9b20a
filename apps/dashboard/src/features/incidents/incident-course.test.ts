import { Incident, type IncidentInput } from '@yoban/shared/contracts/incident';
import { expect, test } from 'vitest';
import { messagesOf } from '../../i18n/messages-of.ts';
import { courseOf } from './incident-course.ts';

const words = messagesOf('en');
const at = (second: number) => `2026-03-11T06:30:${String(second).padStart(2, '0')}.000Z`;
const incident = (change: Partial<IncidentInput>) =>
  Incident.parse({
    ...{ id: 'i', service: 'gateway', fault: 'gateway_down', cause: 'x', lastError: null },
    ...{ detectedAt: at(2), alertedAt: null, recoveredAt: null, recoveredBy: null },
    ...change,
  });
const action = { startedAt: at(3), attempt: 1, attemptMax: 3, ok: true, exitCode: 0, durationMs: 900, detail: '' };

test('the course is in the order of time, with what each action came to', () => {
  const steps = courseOf(
    incident({
      ...{ beganAt: at(0), alertedAt: at(9), recoveredAt: at(41), recoveredBy: 'yoban' },
      actions: [
        { ...action, name: 'restart', ok: false, exitCode: 1, detail: 'no answer', by: 'yoban' },
        { ...action, name: 'restart', attempt: 2, startedAt: at(20), by: 'line:U1' },
        { ...action, name: 'check', attempt: null, startedAt: at(30), ok: null, exitCode: null, by: 'yoban' },
      ],
    }),
    words,
  );
  expect(steps.map(({ kind, tone }) => [kind, tone])).toEqual([
    ['began', null],
    ['detected', null],
    ['acted', 'error'],
    ['alerted', null],
    ['acted', 'ok'],
    ['acted', null],
    ['recovered', 'ok'],
  ]);
  expect(steps.filter(({ kind }) => kind === 'acted').map(({ notes }) => notes)).toEqual([
    ['failed', 'start 1 of 3', 'exit code 1', 'no answer'],
    ['done', 'start 2 of 3', 'asked for by line:U1'],
    ['running'],
  ]);
  expect(steps.at(-1)?.title).toBe('Recovered, yoban');
});

test('what is not known is not made up', () => {
  expect(courseOf(incident({}), words).map(({ kind }) => kind)).toEqual(['detected']);
});
