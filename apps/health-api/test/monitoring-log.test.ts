import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { Incident } from '@yoban/shared/contracts/incident';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRecord } from './alert-record.ts';
import { type Api, startApi } from './start-api.ts';

/** Half past midnight in Tokyo, the day before in UTC. */
const at = Date.parse('2026-03-11T15:30:00.000Z');
let api: Api;
beforeEach(async () => {
  api = await startApi({ at });
});
afterEach(() => api.close());

const take = (to: Api, version: number, change: Partial<AlertRecord> = {}) => {
  const alert = openRecord({ level: 'critical', ...change });
  to.take({ type: 'alert', id: `${alert.id}-v${version}`, at: isoTime(at + version), alert });
};
const file = (name: string) => path.join(api.home, 'logs', name);
const linesOf = (name: string) => readFileSync(file(name), 'utf8').trimEnd().split('\n');
const alertsLog = 'monitoring-alerts-2026-03-12.log';
const eventsLog = 'monitoring-events-2026-03-12.json';

test('each step of an alert is one line of each file, in the day of the configured zone', () => {
  take(api, 1);
  take(api, 2, { suppressed: 4 });
  take(api, 3, { state: 'resolved', resolvedAt: isoTime(at + MINUTE) });
  expect(linesOf(alertsLog)).toEqual([
    expect.stringMatching(/^2026-03-12 00:30:00 JST \[CRITICAL\] ailife .+ \(ailife\/llm_down#1 raised\)$/),
    expect.stringMatching(/^2026-03-12 00:31:00 JST \[RECOVERED\] ailife .+ \(ailife\/llm_down#1 recovered\)$/),
  ]);
  const events = linesOf(eventsLog).map((line) => JSON.parse(line));
  expect(events.map((one) => [one.event, one.severity, one.service, one.alertType])).toEqual([
    ['alert.raised', 'critical', 'ailife', 'llm_down'],
    ['alert.recovered', 'info', 'ailife', 'llm_down'],
  ]);
});

test('a fact that comes again tells nothing, and an older one neither', () => {
  take(api, 3, { state: 'acked', ackedBy: 'ops', ackedAt: isoTime(at) });
  take(api, 3, { state: 'acked', ackedBy: 'ops', ackedAt: isoTime(at) });
  take(api, 2);
  expect(linesOf(eventsLog).map((line) => JSON.parse(line).event)).toEqual(['alert.raised', 'alert.acked']);
});

test('a crash between the line and the note that it was written leaves one line', async () => {
  take(api, 1);
  // As if the process had died right after the line: the store knows nothing of the alert, and the fact comes again.
  const second = await startApi({ home: api.home, at });
  second.context.model.alerts.clear();
  take(second, 1);
  await second.close();
  expect(linesOf(eventsLog)).toHaveLength(1);
  expect(linesOf(alertsLog)).toHaveLength(1);
});

test('half a line of a process that died is taken off, and told again', async () => {
  take(api, 1);
  appendFileSync(file(eventsLog), '{"id":"half');
  const second = await startApi({ home: api.home, at });
  take(second, 1, { id: 'ailife/other#1', alertType: 'other' });
  await second.close();
  expect(linesOf(eventsLog).map((line) => JSON.parse(line).id)).toEqual([
    'ailife/llm_down#1 raised',
    'ailife/other#1 raised',
  ]);
});

test('text from outside cannot write a line of its own', () => {
  take(api, 1, { alertType: 'x', text: { title: 'a', description: 'b\n2026-03-12 00:30:00 JST [RECOVERED] all' } });
  expect(linesOf(alertsLog)).toHaveLength(1);
});

test('a folder that takes nothing is said once, and the alert is shown all the same', () => {
  rmSync(path.join(api.home, 'logs'), { recursive: true, force: true });
  writeFileSync(path.join(api.home, 'logs'), 'a file where the folder was');
  take(api, 1);
  take(api, 2, { id: 'ailife/other#1', alertType: 'other' });
  expect(api.lines.filter((line) => line.event === 'monitoring_log.failed')).toHaveLength(1);
  expect(api.context.model.alerts.size).toBe(2);
});

test('backups, incidents, silences, test-sends and commands are events of the day too', () => {
  const iso = isoTime(at);
  const run = {
    id: 'r',
    db: 'game',
    tier: 'hourly',
    dueAt: iso,
    trigger: 'schedule',
    startedAt: iso,
    endedAt: iso,
  } as const;
  const failed = { ...run, state: 'failed', code: 'DISK_FULL', message: 'no room', hint: 'make some' } as const;
  const incident = Incident.parse({
    id: 'i',
    service: 'ailife',
    fault: 'process_down',
    detectedAt: iso,
    alertedAt: null,
    cause: 'killed',
    lastError: null,
    recoveredAt: null,
    recoveredBy: null,
  });
  const silence = {
    id: 's',
    matchers: [{ name: 'a', value: 'b', isRegex: false, isEqual: true }],
    startsAt: iso,
    endsAt: isoTime(at + MINUTE),
    createdBy: 'ops',
    comment: 'disks',
  };
  const audit = {
    id: 'c',
    do: 'ack',
    actor: 'ops',
    target: 'x',
    note: null,
    done: true,
    reason: 'acked',
    at: iso,
  } as const;
  api.take({ type: 'backup-run', id: 'b', at: iso, run: failed });
  api.take({
    type: 'incident',
    id: 'i1',
    at: iso,
    incident: { ...incident, revision: 1 },
  });
  api.take({
    type: 'incident',
    id: 'i2',
    at: iso,
    incident: { ...incident, recoveredAt: iso, recoveredBy: 'supervisor', revision: 2 },
  });
  api.take({ type: 'silence', id: 's1', at: iso, silence, state: 'active' });
  api.take({
    type: 'alert-test',
    id: 't',
    at: iso,
    test: { id: 't', channel: 'slack', outcome: 'failed', detail: 'http_404', at: iso },
  });
  api.take({ type: 'alert-audit', id: 'c', at: iso, audit });
  expect(linesOf(eventsLog).map((line) => `${JSON.parse(line).severity} ${JSON.parse(line).event}`)).toEqual([
    'error backup.failed',
    'error incident.begun',
    'info incident.ended',
    'info silence.active',
    'error alert_test.failed',
    'info alert_command.ack',
  ]);
  expect(readdirSync(path.join(api.home, 'logs'))).toEqual([eventsLog]);
});

test('a link that a guarded app left in the place of a file is not followed, neither to add nor to mend', () => {
  const backup = path.join(api.home, 'a-backup');
  writeFileSync(backup, 'a backup\nwithout an end of line');
  mkdirSync(path.join(api.home, 'logs'), { recursive: true });
  for (const name of [alertsLog, eventsLog]) symlinkSync(backup, file(name));
  take(api, 1);
  expect(readFileSync(backup, 'utf8')).toBe('a backup\nwithout an end of line');
});
