import { expect, test } from 'vitest';
import { isSameProcess } from './process-identity.ts';

const process = { pid: 7, startTicks: 4_000, startedAt: 1_700_000_000_000 };

test('R3: a process is the same only by number and start; a new container often gives the same number', () => {
  expect(isSameProcess(process, { ...process })).toBe(true);
  expect(isSameProcess(process, { ...process, startTicks: 5_000, startedAt: 1_700_000_010_000 })).toBe(false);
  // After a boot the ticks may repeat too.
  expect(isSameProcess(process, { ...process, startedAt: 1_700_000_010_000 })).toBe(false);
  expect(isSameProcess(process, { ...process, pid: 8 })).toBe(false);
  expect(isSameProcess(process, null)).toBe(false);
});
