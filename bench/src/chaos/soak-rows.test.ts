import { expect, test } from 'vitest';
import { seededRandom } from '../harness/random.ts';
import { dealFaults, soakFaults } from './soak-faults.ts';
import { type Outcome, rowsOfSoak, type SoakRecord } from './soak-rows.ts';

const fault = (real: boolean): Outcome['fault'] => ({
  name: real ? 'hang' : 'slow once',
  real,
  begin: () => undefined,
});
const restart = (at: number) => ({ action: 'restart', at, ok: true });
const told = (level: string, at: number) => ({ level, at, text: level });

const outcomes: Outcome[] = [
  { fault: fault(true), at: 10_000, overAt: 18_000 },
  { fault: fault(false), at: 30_000, overAt: 42_000 },
  { fault: fault(true), at: 50_000, overAt: null },
];
const calm: SoakRecord = { outcomes, actions: [], told: [], memory: [], windowMs: 20_000, alarming: false };

function figures(record: Partial<SoakRecord>): Record<string, number | string | null> {
  return Object.fromEntries(rowsOfSoak({ ...calm, ...record }).map(({ id, ours }) => [id, ours]));
}

test('P5: an action counts as needless before a fault, after it, and of a false one', () => {
  const at = [5_000, 12_000, 19_000, 31_000, 45_000, 90_000];
  expect(figures({ actions: at.map(restart) })).toMatchObject({ 'not-recovered': 50, needless: 66.67, harmed: 0 });
});

test('P5: an alarm may be on its way for a moment after its fault; an INFO is no alarm', () => {
  const alarms = [told('CRITICAL', 20_000), told('WARNING', 31_000), told('INFO', 32_000)];
  expect(figures({ told: alarms })).toMatchObject({ 'false-alarms': 50 });
  expect(figures({ told: alarms, alarming: true })).toMatchObject({ 'false-alarms': 0 });
});

test('W2: the fourth restart within the window is beyond the budget, and one just after it is not', () => {
  expect(figures({ actions: [50_000, 51_000, 52_000, 69_999].map(restart) })).toMatchObject({ beyond: 1 });
  expect(figures({ actions: [50_000, 51_000, 52_000, 70_000].map(restart) })).toMatchObject({ beyond: 0 });
});

test('memory: its growth after the first quarter, and a watchdog that is gone', () => {
  const memory = Array.from({ length: 101 }, (_, n) => ({ at: n * 1_000, mb: n < 20 ? 10 : 100 + n * 0.04, load: 2 }));
  expect(figures({ memory })).toMatchObject({ grown: 3, ended: 0 });
  expect(figures({ memory: [...memory, { at: 101_000, mb: null, load: 2 }] })).toMatchObject({ ended: 1 });
});

test('each kind of fault comes as often as the others', () => {
  const dealt = dealFaults(4 * soakFaults.length, seededRandom(1));
  for (const kind of soakFaults) expect(dealt.filter((one) => one === kind)).toHaveLength(4);
});
