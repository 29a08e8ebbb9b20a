import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import type { Silence } from '@yoban/shared/contracts/silence';
import { DAY, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { testRules } from '../../test/support/rules.ts';
import { t0 } from '../../test/support/steps.ts';
import { createWorld, toldBy } from '../../test/support/world.ts';
import type { DecidedCommand } from './decide-command.ts';
import type { Plan } from './plan.ts';

const head = { actor: 'operator', at: isoTime(t0) };
const id = () => crypto.randomUUID();
const silence = (over: Partial<Silence> = {}, fromMin = 0, toMin = 60): DecidedCommand => ({
  do: 'silence',
  id: id(),
  ...head,
  silence: {
    id: 's1',
    matchers: [{ name: 'service', value: 'a', isRegex: false, isEqual: true }],
    startsAt: isoTime(t0 + fromMin * MINUTE),
    endsAt: isoTime(t0 + toMin * MINUTE),
    createdBy: 'operator',
    comment: 'a new disk',
    ...over,
  },
});
const unsilence = (): DecidedCommand => ({ do: 'unsilence', id: id(), ...head, silenceId: 's1' });
const facts = (plan: Plan) =>
  plan.facts.map((fact) =>
    fact.type === 'silence'
      ? `${fact.silence.id} ${fact.state}`
      : fact.type === 'alert-audit'
        ? fact.audit.reason
        : fact.type,
  );
const world = () => createWorld(testRules());

test('A7: each command leaves an audit with its actor, also one that changed nothing', () => {
  const own = world();
  own.event(0);
  const ack: AlertCommand = { do: 'ack', id: id(), ...head, alertId: `a/process_down#${t0}`, note: 'on my way' };
  const plan = own.command(1, ack);
  expect(plan.facts).toMatchObject([
    {
      type: 'alert-audit',
      id: ack.id,
      audit: { do: 'ack', actor: 'operator', target: ack.alertId, note: 'on my way', done: true, reason: 'acked' },
    },
  ]);
  expect(plan.records[0]?.base).toMatchObject({ state: 'acked', ackedBy: 'operator', ackedAt: isoTime(t0 + MINUTE) });
  const wrong = own.command(2, { ...ack, id: id(), alertId: 'no such alert' });
  expect(wrong.facts).toMatchObject([{ audit: { done: false, reason: 'not_open' } }]);
  expect(wrong.alerts).toEqual([]);
});

test('A7 (T13): of an acknowledgement only receivers are told that keep alerts of their own', () => {
  const routes = { critical: ['slack', 'pager'], warning: [], info: [] };
  const own = createWorld(testRules({ routes, ackChannels: ['pager'] }));
  own.event(0);
  const plan = own.command(1, { do: 'ack', id: id(), ...head, alertId: `a/process_down#${t0}`, note: null });
  expect(toldBy(plan)).toEqual(['pager ack']);
  expect(plan.rows[0]).toMatchObject({ recordIds: [`a/process_down#${t0}`], notice: { ackedBy: 'operator' } });
});

test('A7: a silence begins, is told as a fact, holds raises back until it ends, and is forgotten a day later', () => {
  const own = world();
  const begun = own.command(0, silence());
  expect(facts(begun)).toEqual(['s1 active', 'silenced']);
  expect(begun.agenda).toEqual([{ name: 'silences:', at: t0 + 60 * MINUTE }]);
  expect(own.event(1)).toMatchObject({ reason: 'silenced', rows: [], records: [{ base: { silencedBy: 's1' } }] });
  expect(own.event(2, { service: 'b' }).reason).toBe('raised');
  expect(facts(own.turn(60))).toEqual(['s1 expired']);
  expect(own.looks).toEqual([{ key: 'a/process_down', min: 60 }]);
  const told = own.clock(60, 'process_down');
  expect(toldBy(told)).toEqual(['slack still', 'mail still']);
  expect(told.records[0]?.base.silencedBy).toBeNull();
  expect(own.turn(60 + DAY / MINUTE)).toMatchObject({ silences: [], facts: [] });
});

test('A7: a silence ended early releases at once what it held back; one that has not begun never holds', () => {
  const own = world();
  own.command(0, silence());
  own.event(1);
  expect(facts(own.command(10, unsilence()))).toEqual(['s1 expired', 'unsilenced']);
  expect(own.looks).toEqual([{ key: 'a/process_down', min: 10 }]);
  expect(facts(own.command(11, unsilence()))).toEqual(['over_already']);
  const later = world();
  expect(facts(later.command(0, silence({}, 30)))).toEqual(['s1 pending', 'silenced']);
  expect(later.event(1).reason).toBe('raised');
  expect(facts(later.command(2, unsilence()))).toEqual(['s1 expired', 'unsilenced']);
  expect(later.event(31).reason).toBe('still_firing');
});

test('A7: a maintenance window made ahead begins by the clock', () => {
  const own = world();
  own.command(0, silence({}, 30));
  expect(facts(own.turn(30))).toEqual(['s1 active']);
  expect(own.event(31).reason).toBe('silenced');
});

test('A7: a silence with a known id replaces it, and what only the old one held is looked at', () => {
  const own = world();
  own.command(0, silence());
  own.event(1);
  own.command(2, silence({ matchers: [{ name: 'service', value: 'b', isRegex: false, isEqual: true }] }));
  expect(own.silences()).toHaveLength(1);
  expect(own.looks).toEqual([{ key: 'a/process_down', min: 2 }]);
  expect(own.clock(2, 'process_down').reason).toBe('released');
});

test('A7: a silence that is over already, or beyond what the book holds, is refused', () => {
  const own = world();
  expect(facts(own.command(61, silence()))).toEqual(['over_already']);
  for (let n = 0; n < 500; n++) own.command(0, silence({ id: `many-${n}` }));
  expect(facts(own.command(0, silence()))).toEqual(['too_many_silences']);
  expect(facts(own.command(0, { do: 'unsilence', id: id(), ...head, silenceId: 'nobody' }))).toEqual([
    'no_such_silence',
  ]);
});

test.each([
  [{ name: 'alertType', value: 'process_down' }, true],
  [{ name: 'alertname', value: 'backup_failed' }, false],
  [{ name: 'severity', value: 'page' }, true],
  [{ name: 'level', value: 'critical' }, true],
  [{ name: 'zone', value: 'tokyo-[0-9]+', isRegex: true }, true],
  [{ name: 'zone', value: 'tokyo', isRegex: true }, false],
  [{ name: 'zone', value: 'osaka', isEqual: false }, true],
  [{ name: 'nothing', value: '' }, true],
  [{ name: 'nothing', value: '.+', isRegex: true }, false],
])('A7: a matcher looks at names, level and labels, and a pattern at the whole value: %j', (matcher, matches) => {
  const own = world();
  const whole = { isRegex: false, isEqual: true, ...matcher };
  own.command(0, silence({ matchers: [{ name: 'service', value: 'a', isRegex: false, isEqual: true }, whole] }));
  const plan = own.event(1, { labels: { zone: 'tokyo-12', severity: 'page' } });
  expect(plan.reason).toBe(matches ? 'silenced' : 'raised');
});

test('A7: a silenced INFO is on the page only', () => {
  const own = world();
  own.command(0, silence());
  const plan = own.event(1, { kind: 'info', level: 'info', alertType: 'backup_ok' });
  expect(plan).toMatchObject({
    reason: 'info_silenced',
    rows: [],
    services: [],
    records: [{ base: { silencedBy: 's1' } }],
  });
});

test('A7: a dead process hides that its service does not answer; what is still wrong is told a while after it is back', () => {
  const own = world();
  own.event(0);
  const child = own.event(1, { alertType: 'health_unreachable' });
  expect(child).toMatchObject({ reason: 'hidden_by_parent', rows: [] });
  expect(child.records[0]?.base.hiddenBy).toBe('a/process_down');
  expect(own.event(1, { alertType: 'health_unreachable', service: 'b' }).reason).toBe('raised');
  own.event(5, { kind: 'clear' });
  expect(own.looks).toEqual([{ key: 'a/health_unreachable', min: 6.5 }]);
  expect(toldBy(own.clock(6.5, 'health_unreachable'))).toEqual(['slack still', 'mail still']);
});

test('A7: rules of the configuration name alerts of any service', () => {
  const own = createWorld(
    testRules({
      inhibit: [
        {
          parent: { service: 'db', alertType: 'process_down' },
          children: [
            { service: 'web', alertType: 'health_unreachable' },
            { service: null, alertType: 'llm_down' },
          ],
          graceMs: 0,
        },
      ],
    }),
  );
  own.event(0, { service: 'db' });
  const reasons = [
    own.event(1, { service: 'web', alertType: 'health_unreachable' }),
    own.event(1, { service: 'bot', alertType: 'health_unreachable' }),
    own.event(1, { service: 'bot', alertType: 'llm_down' }),
  ].map((plan) => plan.reason);
  expect(reasons).toEqual(['hidden_by_parent', 'raised', 'hidden_by_parent']);
});
