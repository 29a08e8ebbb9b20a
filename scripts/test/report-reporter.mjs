import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const countOf = (tests, state) => tests.filter((test) => test.state === state).length;

/** A file that does not even load has no tests of its own, but it is a failure nobody may overlook. */
const brokenModules = (modules) => modules.filter((module) => module.errors().length > 0).length;

/**
 * Vitest reporter: writes every test with its outcome to the file named by YOBAN_TEST_REPORT, for the closing line of
 * `npm test` and for the check of docs/requirements.md. Silent otherwise.
 */
export default class ReportReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const file = process.env.YOBAN_TEST_REPORT;
    if (!file) return;
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({
        project: module.project.name,
        file: path.relative(process.cwd(), module.moduleId),
        name: test.fullName,
        state: test.result().state,
        durationMs: Math.round(test.diagnostic()?.duration ?? 0),
      })),
    );
    const report = {
      passed: countOf(tests, 'passed'),
      failed: countOf(tests, 'failed') + brokenModules(modules) + unhandledErrors.length,
      // Neither passed nor failed: a test that was skipped, or never reached.
      other: tests.length - countOf(tests, 'passed') - countOf(tests, 'failed'),
      tests,
    };
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
  }
}
