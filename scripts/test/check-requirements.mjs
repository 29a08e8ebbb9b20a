import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const states = ['done', 'part', 'later'];

/** Rows of the table in docs/requirements.md: `{id, state, files}`. */
export function readRows(markdown) {
  return markdown
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, id]) => /^[A-Z]\d+$/.test(id ?? ''))
    .map(([, id, state, , proof]) => ({
      id,
      state,
      files: [...(proof ?? '').matchAll(/`([^`]+)`/g)].map(([, file]) => file),
    }));
}

/** The rows a test's name says it proves: the ids before its first colon, at any level of its suites. */
const rowsOf = (name) =>
  name.split(' > ').flatMap((part) => /^([A-Z]\d+(?:, ?[A-Z]\d+)*):/.exec(part)?.[1]?.split(/, ?/) ?? []);

/**
 * Tests with a run of their own, since they need a container engine (`bin/pnpm containers`) or play whole scenarios on real
 * supervisors (`bin/pnpm scenarios`): here it only counts that they are there.
 */
const ownRun = /^e2e\/(containers|scenarios)\/|-(real|pressure)\.test\.ts$/;

/**
 * What is wrong with the table against a test run: a row called done or part without a passing test of its name in each
 * file it names, an unknown state, a later row that names a proof. Files that the run left out cannot be judged.
 * `readText(file)` gives null for a file that is not there.
 */
export function requirementProblems(rows, tests, readText) {
  const proven = new Set(
    tests
      .filter((test) => test.state === 'passed')
      .flatMap((test) => rowsOf(test.name).map((id) => `${test.file} ${id}`)),
  );
  const isNamed = (file, id) =>
    ownRun.test(file) && new RegExp(`['\`](?:[A-Z]\\d+, )*${id}(?:, [A-Z]\\d+)*: `).test(readText(file) ?? '');
  return rows.flatMap(({ id, state, files }) => {
    if (!states.includes(state)) return [`${id}: unknown state "${state}"`];
    if (state === 'later') return files.length > 0 ? [`${id}: said to come later, but names a proof`] : [];
    if (files.length === 0) return [`${id}: called ${state} without a test`];
    return files
      .filter((file) => !proven.has(`${file} ${id}`) && !isNamed(file, id))
      .map((file) => `${id}: ${readText(file) !== null ? 'no passing test of its name in' : 'there is no'} ${file}`);
  });
}

/** Checks docs/requirements.md against the report of the whole run; returns the problems. */
export function checkRequirements(root, reportFile) {
  const rows = readRows(readFileSync(path.join(root, 'docs', 'requirements.md'), 'utf8'));
  const { tests } = JSON.parse(readFileSync(reportFile, 'utf8'));
  const problems = requirementProblems(rows, tests, (file) => {
    const place = path.join(root, file);
    return existsSync(place) ? readFileSync(place, 'utf8') : null;
  });
  return rows.length > 0 ? problems : ['docs/requirements.md has no rows'];
}
