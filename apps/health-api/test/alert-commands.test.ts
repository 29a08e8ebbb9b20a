import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRecord } from './alert-record.ts';
import { type IngestBus, startIngestBus } from './ingest-bus.ts';
import { type Api, startApi } from './start-api.ts';

const at = Date.parse('2026-03-11T06:30:00.000Z');
let bus: IngestBus;
let api: Api;
beforeAll(async () => {
  bus = await startIngestBus();
});
beforeEach(async () => {
  await bus.empty();
  api = await startApi({ redisUrl: bus.redis.url, at });
});
afterEach(() => api.close());
afterAll(() => bus.stop());

const call = async (method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: { ...api.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
};
const know = (change: Partial<AlertRecord>) => {
  const alert = openRecord(change);
  api.take({ type: 'alert', id: `${alert.id}-v1`, at: isoTime(at), alert });
  return `/api/alerts/${encodeURIComponent(alert.id)}`;
};
const audited = () =>
  api.context.store
    .read(({ db }) =>
      db
        .prepare<[], { row: string }>(
          "SELECT actor || ' ' || action || ' ' || target || ' ' || result AS row FROM audit",
        )
        .all(),
    )
    .map(({ row }) => row);

test('A7: an acknowledgement and its end are queued by the alert’s id, and audited', async () => {
  const path = know({ id: `${'s'.repeat(120)}/down#17`, service: 's'.repeat(120) });
  const ack = await call('POST', `${path}/ack`, { note: 'on it' });
  expect(ack).toMatchObject({ status: 202, body: { commandId: expect.any(String) } });
  expect(await bus.commands()).toMatchObject([
    { do: 'ack', id: ack.body.commandId, alertId: `${'s'.repeat(120)}/down#17`, note: 'on it', actor: 'operator' },
  ]);
  expect((await call('POST', `${path}/unack`)).status).toBe(409);
  know({ id: 'a/b#1', state: 'acked', ackedBy: 'ops', ackedAt: isoTime(at) });
  expect((await call('POST', '/api/alerts/a%2Fb%231/unack', {})).status).toBe(202);
  expect(audited()).toEqual([`operator alert.ack ${'s'.repeat(120)}/down#17 ok`, 'operator alert.unack a/b#1 ok']);
});

test('A7: an alert that is not there is 404, one that is over or has no state is 409', async () => {
  expect((await call('POST', '/api/alerts/none/ack')).status).toBe(404);
  const over = know({ id: 'x/over#1', alertType: 'over', state: 'resolved', resolvedAt: isoTime(at) });
  expect((await call('POST', `${over}/ack`)).body).toMatchObject({ status: 409, code: 'CONFLICT' });
  const info = know({ id: 'x/info#1', alertType: 'info', state: 'info', level: 'info' });
  expect((await call('POST', `${info}/ack`)).status).toBe(409);
  expect((await call('POST', `${over}/ack`, { noise: 1 })).body).toMatchObject({
    status: 400,
    errors: [{ path: 'noise' }],
  });
  expect(await bus.commands()).toEqual([]);
});

test('A8: a test-send goes to one channel or to all; a channel that is not there is named with those that are', async () => {
  expect((await call('POST', '/api/alerts/test', { channel: 'slack' })).status).toBe(202);
  expect((await call('POST', '/api/alerts/test')).status).toBe(202);
  expect((await bus.commands()).map((one) => one.do === 'test' && one.channel)).toEqual(['slack', null]);
  const wrong = await call('POST', '/api/alerts/test', { channel: 'pigeon' });
  expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'channel' }] } });
  expect(wrong.body.detail).toContain('slack');
  const test = { id: 'c', channel: 'slack', outcome: 'failed', detail: 'http_404', at: isoTime(at) } as const;
  api.take({ type: 'alert-test', id: 'c-slack', at: isoTime(at), test });
  expect((await call('GET', '/api/alerts/test')).body.tests).toEqual([test]);
});

test('a message that was given up is shown and can be sent again; one that was not, not', async () => {
  const notice = { channel: 'slack', kind: 'raise', attempts: 3, at: isoTime(at), lastError: 'http_404' } as const;
  const notices = [
    { ...notice, id: 'x/y#1:slack:1', state: 'dead' as const },
    { ...notice, id: 'x/y#1:slack:2', state: 'sent' as const },
  ];
  know({ id: 'x/y#1', service: 'x', alertType: 'y', notices });
  const dead = (await call('GET', '/api/alerts/dead')).body.notices;
  expect(dead).toMatchObject([{ notice: { id: 'x/y#1:slack:1' }, alert: { id: 'x/y#1', service: 'x' } }]);
  const resend = (id: string) => call('POST', `/api/alerts/dead/${encodeURIComponent(id)}/resend`);
  expect((await resend('x/y#1:slack:1')).status).toBe(202);
  expect((await resend('x/y#1:slack:2')).status).toBe(409);
  expect((await resend('none')).status).toBe(404);
  expect(await bus.commands()).toMatchObject([{ do: 'resend', noticeId: 'x/y#1:slack:1' }]);
});

test('A7: a silence and a maintenance window are queued with their conditions and their end', async () => {
  const endsAt = isoTime(at + HOUR);
  const silence = await call('POST', '/api/silences', {
    matchers: [{ name: 'alertname', value: 'disk.*', isRegex: true }],
    endsAt,
    createdBy: 'ops',
  });
  expect(silence.status).toBe(202);
  const window = await call('POST', '/api/maintenance', { service: 'shop', endsAt, comment: 'new disks' });
  expect(window.status).toBe(202);
  const commands = await bus.commands();
  expect(commands).toMatchObject([
    { do: 'silence', actor: 'ops', silence: { id: silence.body.silenceId, startsAt: isoTime(at), endsAt } },
    {
      do: 'silence',
      actor: 'operator',
      silence: { comment: 'new disks', matchers: [{ name: 'service', value: 'shop', isRegex: false, isEqual: true }] },
    },
  ]);
});

test.each([
  ['/api/silences', { matchers: [{ name: 'a', value: 'b' }] }, 'endsAt'],
  ['/api/silences', { matchers: [], endsAt: isoTime(at + HOUR) }, 'matchers'],
  [
    '/api/silences',
    { matchers: [{ name: 'a', value: '(x+)+', isRegex: true }], endsAt: isoTime(at + HOUR) },
    'matchers.0.value',
  ],
  ['/api/silences', { matchers: [{ name: 'a', value: 'b' }], endsAt: isoTime(at - 1) }, 'endsAt'],
  ['/api/maintenance', { service: 'shop', endsAt: isoTime(at + HOUR) }, 'comment'],
  ['/api/maintenance', { service: 'shop', comment: 'x' }, 'endsAt'],
  ['/api/maintenance', { comment: 'x', endsAt: isoTime(at + HOUR) }, 'service'],
])('A7: %s without an end, a reason or a condition is refused: %o', async (path, body, field) => {
  const answer = await call('POST', path, body);
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
  expect(await bus.commands()).toEqual([]);
});

test('A7: silences are shown by what they do now, and ended by their id', async () => {
  const silence = (id: string, from: number, to: number) => {
    const matchers = [{ name: 'service', value: 'shop', isRegex: false, isEqual: true }];
    const one = { id, matchers, startsAt: isoTime(from), endsAt: isoTime(to), createdBy: 'ops', comment: '' };
    api.take({ type: 'silence', id, at: isoTime(at), silence: one, state: 'pending' });
  };
  silence('later', at + HOUR, at + 2 * HOUR);
  silence('now', at - MINUTE, at + HOUR);
  silence('over', at - HOUR, at - MINUTE);
  const { silences } = (await call('GET', '/api/silences')).body;
  expect(silences.map((one: { id: string; state: string }) => `${one.id} ${one.state}`)).toEqual([
    'now active',
    'later pending',
    'over expired',
  ]);
  expect((await call('DELETE', '/api/silences/now')).status).toBe(202);
  expect((await call('DELETE', '/api/silences/over')).status).toBe(409);
  expect((await call('DELETE', '/api/silences/none')).status).toBe(404);
  expect(await bus.commands()).toMatchObject([{ do: 'unsilence', silenceId: 'now', actor: 'operator' }]);
});

test('A7: what became of a command can be asked for, and outlives a restart', async () => {
  const { commandId } = (await call('POST', `${know({})}/ack`)).body;
  expect((await call('GET', `/api/alerts/commands/${commandId}`)).status).toBe(404);
  const audit = {
    id: commandId,
    do: 'ack',
    actor: 'operator',
    target: 'ailife/llm_down#1',
    note: null,
    done: false,
    reason: 'not_open',
    at: isoTime(at),
  } as const;
  api.take({ type: 'alert-audit', id: commandId, at: isoTime(at), audit });
  expect((await call('GET', `/api/alerts/commands/${commandId}`)).body).toEqual(audit);
  const second = await startApi({ home: api.home, at });
  expect((await fetch(`${second.url}/api/alerts/commands/${commandId}`, { headers: api.headers })).status).toBe(200);
  await second.close();
});

test('without Redis a command is refused with 503, and the audit says that it failed', async () => {
  const away = await startApi({ at });
  const answer = await fetch(`${away.url}/api/alerts/test`, { method: 'POST', headers: away.headers });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  const rows = away.context.store.read(({ db }) => db.prepare('SELECT action, result FROM audit').all());
  expect(rows).toEqual([{ action: 'alert.test', result: 'failed' }]);
  await away.close();
});

test('alerts are found by state, service, level and words, page by page', async () => {
  for (let minute = 0; minute < 5; minute++)
    know({
      id: `shop/t${minute}#1`,
      service: 'shop',
      alertType: `t${minute}`,
      raisedAt: isoTime(at + minute * MINUTE),
    });
  know({ id: 'ailife/llm_down#2', state: 'resolved', resolvedAt: isoTime(at) });
  const ids = async (query: string) => {
    const { body } = await call('GET', `/api/alerts?${query}`);
    return [body.alerts.map((one: AlertRecord) => one.alertType).join(' '), body.next];
  };
  expect(await ids('service=shop&state=open,acked&limit=2')).toEqual(['t4 t3', expect.any(String)]);
  const [, next] = await ids('service=shop&limit=2');
  expect(await ids(`service=shop&limit=3&before=${encodeURIComponent(next)}`)).toEqual(['t2 t1 t0', null]);
  expect((await ids('state=resolved'))[0]).toBe('llm_down');
  expect((await ids('q=shop%20t3&level=warning'))[0]).toBe('t3');
  expect((await call('GET', '/api/alerts?state=closed')).body).toMatchObject({
    status: 400,
    errors: [{ path: 'state.0' }],
  });
});

test('A7, A8: what people did about an alert is told newest first, and the channels that can be tested are named', async () => {
  const audit = (id: string, target: string, minute: number) => {
    const told = {
      id,
      do: 'ack',
      actor: 'operator',
      target,
      note: `note of ${id}`,
      done: true,
      reason: 'acked',
    } as const;
    const moment = isoTime(at + minute * MINUTE);
    api.take({ type: 'alert-audit', id, at: moment, audit: { ...told, at: moment } });
  };
  audit('c1', 'shop/down#1', 1);
  audit('c2', 'shop/down#1', 3);
  audit('c3', 'till/stuck#1', 2);
  const ids = async (query: string) =>
    (await call('GET', `/api/alerts/commands${query}`)).body.commands.map((one: { id: string }) => one.id);
  expect(await ids('')).toEqual(['c2', 'c3', 'c1']);
  expect(await ids(`?target=${encodeURIComponent('shop/down#1')}`)).toEqual(['c2', 'c1']);
  expect(await ids('?limit=1')).toEqual(['c2']);
  expect((await call('GET', '/api/alerts/channels')).body.channels).toEqual([
    { name: 'slack', kind: 'slack' },
    { name: 'mail', kind: 'sendgrid' },
    { name: 'smtp', kind: 'smtp' },
  ]);
});
