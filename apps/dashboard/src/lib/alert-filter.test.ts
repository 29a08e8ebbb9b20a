import { expect, test } from 'vitest';
import { sampleAlertPage } from '../../test/sample-alerting.ts';
import { filterOf, isNarrowed, searchOf, withRecord } from './alert-filter.ts';

test('a filter goes into the address and comes back; what is not narrowed does not stand there', () => {
  const filter = filterOf(new URLSearchParams('state=acked&level=critical&service=shop%2Feu&q= 5xx '));
  expect(filter).toEqual({ state: 'acked', level: 'critical', service: 'shop/eu', text: ' 5xx ' });
  expect(searchOf(filter).toString()).toBe('state=acked&level=critical&service=shop%2Feu&q=5xx');
  const none = filterOf(new URLSearchParams('state=nonsense&level=&q=%20'));
  expect([searchOf(none).size, isNarrowed(none), isNarrowed(filter)]).toEqual([0, false, true]);
});

test('a changed record takes the place of its older self; one that no page holds is left to the server', () => {
  const alerts = sampleAlertPage('degraded', Date.parse('2026-03-10T15:30:08Z'));
  const [first, second] = alerts;
  if (!first || !second) throw new Error('the sample has two alerts');
  const pages = [
    { alerts: [first], next: 'x' },
    { alerts: [second], next: null },
  ];
  const changed = withRecord(pages, { ...second, state: 'resolved' });
  expect(changed[0]).toBe(pages[0]);
  expect(changed[1]?.alerts[0]).toMatchObject({ id: second.id, state: 'resolved' });
  expect(withRecord(pages, { ...second, id: 'another' })).toEqual(pages);
});
