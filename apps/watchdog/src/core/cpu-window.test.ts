import { expect, test } from 'vitest';
import { createCpuWindow } from './cpu-window.ts';

test('H2: CPU counts as high when every sample of two minutes is over 90 %, and not for a peak', () => {
  const window = createCpuWindow();
  for (let second = 0; second < 120; second += 5) window.add(99, second * 1_000);
  expect(window.sustained).toBe(false);
  window.add(99, 120_000);
  expect(window.sustained).toBe(true);
  window.add(40, 125_000);
  expect(window.sustained).toBe(false);
  window.add(99, 130_000);
  window.add(null, 135_000);
  window.add(99, 251_000);
  expect(window.sustained).toBe(false);
});
