import { HOUR, isoTime } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import type { Observed } from '../src/core/observed.ts';
import { type KitState, rollUp } from '../src/core/roll-up.ts';
import { databaseOk, observedOk, overviewOk, processUp, reportOk } from './observed.ts';

export const now = Date.parse('2026-03-11T15:30:00.000Z');
const kitOk: KitState = { bus: 'ok', store: 'ok' };
/** The roll-up of a healthy service with one thing changed. */
export const rolled = (change: Partial<Observed> = {}, kit = kitOk) =>
  rollUp({ ...observedOk(now), ...change }, kit, now);
export const report = (change: Partial<ReturnType<typeof reportOk>>) => ({ report: { ...reportOk(now), ...change } });
export const hour = (change: Partial<Observed['hour']>) => ({ hour: { ...observedOk(now).hour, ...change } });
export const process = (change: object) => ({ process: { ...processUp(now), ...change } });
export const database = (change: object) => ({ databases: new Map([['game', { ...databaseOk(now), ...change }]]) });
export const game = (change: object) => {
  const { game: ok } = reportOk(now);
  return report({ game: ok && { ...ok, ...change } });
};
export const overview = (change: object, at = now - HOUR) => ({
  overviews: new Map([['game', { overview: { ...overviewOk(now), ...change }, at }]]),
});
export const past = (ms: number) => isoTime(now - ms);
/** Just over three report intervals. */
export const tooOldMs = 15_001;

/** One cell of the default table (H2). */
export interface Cell {
  name: string;
  change: Partial<Observed>;
  kit?: KitState;
  status: 'healthy' | 'degraded' | 'unhealthy';
  /** `<check>/<code>` of the one reason; none for a cell that must not act. */
  reason?: string;
  value?: number | null;
  limit?: number | null;
  shows?: object;
}

export function testCells(cells: readonly Cell[]): void {
  test.each(cells)('$name → $status', ({ change, kit, status, reason, value, limit, shows }) => {
    const got = rolled(change, kit);
    expect(got.status).toBe(status);
    expect(got.findings.map((one) => `${one.check}/${one.code}`)).toEqual(reason ? [reason] : []);
    if (value !== undefined) expect(got.findings[0]?.value).toBeCloseTo(value ?? 0, 1);
    if (limit !== undefined) expect(got.findings[0]?.limit).toBeCloseTo(limit ?? 0, 1);
    expect(got.checks).toMatchObject(shows ?? {});
  });
}
