import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { type Parent, type ParentOptions, startParent } from './start-parent.ts';

export interface TestParents {
  /** A folder with a short path, removed at the end. */
  dir: string;
  /** A parent that is ended, with all it started, after the test. A socket of its own unless one is named. */
  start(flags: string[], command: string[], more?: Partial<ParentOptions>): Parent;
}

export function testParents(): TestParents {
  const dir = mkdtempSync(path.join(tmpdir(), 'yr-'));
  const parents: Parent[] = [];
  let count = 0;
  afterEach(async () => {
    for (const parent of parents.splice(0)) await parent.cleanUp();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return {
    dir,
    start: (flags, command, more) => {
      count += 1;
      const parent = startParent({ socket: path.join(dir, `${count}.sock`), flags, command, ...more });
      parents.push(parent);
      return parent;
    },
  };
}
