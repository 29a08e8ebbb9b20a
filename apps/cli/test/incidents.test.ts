import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Incident } from '@yoban/shared/contracts/incident';
import { type LoggedRequest, startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeHome } from './support/run-yoban.ts';

const temp = makeTempDir();
const home = makeHome(path.join(temp.dir, 'h'));
const at = (s: number) => new Date(Date.parse('2026-03-11T06:30:00.000Z') + s * 1_000).toISOString();
const first = Incident.parse({
  ...{ id: 'gateway/x#1', service: 'gateway', fault: 'process_down', cause: 'killed', lastError: 'out of memory' },
  ...{ beganAt: at(0), detectedAt: at(0.4), alertedAt: at(10), recoveredAt: at(41.4), recoveredBy: 'yoban' },
  actions: [
    {
      ...{ name: 'restart_gateway', startedAt: at(12), attempt: 2, attemptMax: 3, ok: false, exitCode: 1 },
      ...{ durationMs: 1_200, detail: 'no answer', by: 'line:U1' },
    },
  ],
  phases: [
    { name: 'process_up', startedAt: at(1), endedAt: at(20), dueAt: at(10), late: true },
    { name: 'stream_up', startedAt: null, endedAt: null, dueAt: at(60), late: false },
  ],
  ...{ evidence: ['evidence/gateway-1'], reports: ['reports/recovery-1.md'], note: 'the cable', revision: 7 },
});
const times = { known: 1, meanMs: 125_000, medianMs: 400 };
const figures = [
  {
    ...{ service: null, incidents: 1, open: 0, falseAlarms: 0, falseAlarmPercent: 0, detect: times, recover: times },
    ...{ ended: 1, automatic: 1, automaticPercent: 100 },
  },
];

let incident = first;
let server: Awaited<ReturnType<typeof startLoopbackHttp>>;
/** health-api with a watchdog behind it that writes a command before the next question. */
function answer({ method, path: address, body }: LoggedRequest) {
  const json = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) });
  if (method === 'POST') {
    incident = { ...incident, ...JSON.parse(body), revision: incident.revision + 1 };
    return json({ commandId: 'c1' }, 202);
  }
  const page = { incidents: [incident], next: null, period: { from: at(0), to: at(1) }, figures };
  return address.startsWith('/api/incidents?') ? json(page) : json(incident);
}
beforeAll(async () => {
  server = await startLoopbackHttp({ answer });
  home.env.HEALTH_URL = `${server.url}/api/health`;
  mkdirSync(path.join(home.dir, 'keys'), { recursive: true });
  writeFileSync(path.join(home.dir, 'keys', 'admin_api_key'), 'the-key-of-the-kit\n');
});
beforeEach(() => {
  incident = first;
});
afterAll(async () => {
  await server.stop();
  temp.remove();
});

test('incidents: the list is narrowed by the server, in the language of the reader, with the figures of 30 days', async () => {
  const ran = await home.yoban(['incidents', '--state', 'ended', '--service', 'gateway', '--lines', '5']);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(server.requests().at(-1)?.path).toBe('/api/incidents?limit=5&state=ended&service=gateway');
  expect(ran.out).toMatch(/^recovered +\[CRIT\] +2026-03-11 15:30:00 +gateway +.+ 0.4 s +41 s +yoban +gateway\/x#1$/m);
  expect(ran.out).toContain('detected in 2 min 5 s, recovered in 2 min 5 s on average; 100% without a person');
  expect((await home.yoban(['incidents', 'list', '--lang', 'ja'])).out).toContain('30日間: 平均検知 2 min 5 s');
  expect(await home.yoban(['incidents', '--state', 'gone'])).toMatchObject({ code: 2 });
});

test('incidents show: what happened, in its order, and where the evidence lies', async () => {
  const { out } = await home.yoban(['incidents', 'show', 'gateway/x#1']);
  expect(server.requests().at(-1)?.path).toBe('/api/incidents/gateway%2Fx%231');
  expect(out.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/^2026-03-11 15:30:00 {2}detected: .*killed$/),
    '2026-03-11 15:30:10  people told',
    '2026-03-11 15:30:12  action restart_gateway (start 2 of 3): failed, 1.2 s, line:U1. no answer',
    '2026-03-11 15:30:20  phase process_up, late',
    '2026-03-11 15:30:41  recovered: yoban',
    'phase stream_up: not yet',
    'out of memory',
    'note: the cable',
    'evidence: evidence/gateway-1',
    'report: reports/recovery-1.md',
  ]);
});

test('incidents ack, note, false-alarm: sent, and waited for until the watchdog has written it', async () => {
  const say = async (...args: string[]) => {
    const ran = await home.yoban(['incidents', ...args]);
    expect(ran, ran.err).toMatchObject({ code: 0 });
    const { path: address, body } = server.requests().findLast(({ method }) => method === 'POST') ?? {};
    return [address?.replace('/api/incidents/gateway%2Fx%231/', ''), JSON.parse(body ?? '')];
  };
  expect(await say('ack', 'gateway/x#1')).toEqual(['ack', {}]);
  expect(await say('note', 'gateway/x#1', 'a new cable')).toEqual(['note', { note: 'a new cable' }]);
  expect(await say('note', 'gateway/x#1', '')).toEqual(['note', { note: '' }]);
  expect(await say('false-alarm', 'gateway/x#1')).toEqual(['false-alarm', { falseAlarm: true }]);
  expect(await say('false-alarm', 'gateway/x#1', '--undo')).toEqual(['false-alarm', { falseAlarm: false }]);
  expect(await home.yoban(['incidents', 'note', 'gateway/x#1'])).toMatchObject({ code: 2 });
});
