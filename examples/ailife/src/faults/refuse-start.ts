import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

export const refuseStartFile = (dbPath: string): string => `${dbPath}.refuse-start`;

/** Makes the following starts exit 1 until the file is deleted, or only `times` of them. */
export function refuseStarts(dbPath: string, times: number | null): void {
  writeFileSync(refuseStartFile(dbPath), JSON.stringify({ times }));
}

export function allowStarts(dbPath: string): void {
  rmSync(refuseStartFile(dbPath), { force: true });
}

export const startsRefused = (dbPath: string): boolean => existsSync(refuseStartFile(dbPath));

/** Called by each start: throws while starts are refused, and counts down where a number was given. */
export function meetRefusal(dbPath: string): void {
  if (!startsRefused(dbPath)) return;
  const { times }: { times?: number | null } = JSON.parse(readFileSync(refuseStartFile(dbPath), 'utf8'));
  if (typeof times === 'number') {
    if (times <= 1) allowStarts(dbPath);
    else refuseStarts(dbPath, times - 1);
  }
  throw new Error(`start refused by the fault switch; delete ${refuseStartFile(dbPath)} to end it`);
}
