import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../bootstrap/project.mjs';
import { say } from '../bootstrap/talk.mjs';
import { runChild } from '../process/run-child.mjs';

/** Where the last run left every test with its outcome. */
export const reportFile = path.join(projectRoot, 'node_modules', '.cache', 'yoban', 'test-report.json');

/**
 * The counts of a run: the reporter's, and one failure more where they hide one: a run that crashed before it could
 * report, or one that ended badly although no test failed.
 */
export function countRun(code, report) {
  if (report === undefined) return { passed: 0, failed: 1 };
  const { passed, failed, other } = report;
  const all = failed + other;
  return { passed, failed: code !== 0 && all === 0 ? 1 : all };
}

/** Runs vitest with `args`, its output shown: `{passed, failed}`. */
export async function runVitest({ node, env }, args) {
  rmSync(reportFile, { force: true });
  const program = path.join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
  const { code } = await runChild(node, [program, 'run', ...args], {
    cwd: projectRoot,
    env: { ...env, YOBAN_TEST_REPORT: reportFile },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
  if (report === undefined) say(`vitest ended with code ${code} before it could report`);
  return countRun(code, report);
}
