import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { which } from '../process/which.mjs';

/** The programs a system test says it needs, in a line `// needs: sshd, postfix`. */
export const needsOf = (text) =>
  (/^\/\/ needs: (.+)$/m.exec(text)?.[1] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** System test files that cannot run on this machine: `[{file, missing}]`. */
export function unmetSystemTests(root) {
  const folder = path.join(root, 'e2e', 'system');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => ({
      file: `e2e/system/${name}`,
      missing: needsOf(readFileSync(path.join(folder, name), 'utf8')).filter((program) => which(program) === undefined),
    }))
    .filter(({ missing }) => missing.length > 0);
}
