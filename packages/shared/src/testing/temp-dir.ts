import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder of the test's own with a short path (unix sockets fit); call `remove` at the end. */
export function makeTempDir(): { dir: string; remove: () => void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'y-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
