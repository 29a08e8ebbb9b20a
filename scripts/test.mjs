import { existsSync } from 'node:fs';
import { projectRoot } from './bootstrap/project.mjs';
import { SetupError, say } from './bootstrap/talk.mjs';
import { endChildren } from './process/run-child.mjs';
import { provideRedisServer } from './redis/provide-redis-server.mjs';
import { buildKit } from './start/build-kit.mjs';
import { kitVariables } from './start/kit-file.mjs';
import { checkRequirements } from './test/check-requirements.mjs';
import { provideChromium } from './test/provide-chromium.mjs';
import { runChecks } from './test/run-checks.mjs';
import { reportFile, runVitest } from './test/run-vitest.mjs';
import { unmetSystemTests } from './test/system-needs.mjs';

/** A kit configured in this shell must not leak into the tests: each brings its own. */
function testEnvironment(env, chromium) {
  const leaking = Object.keys(kitVariables(env));
  const clean = Object.fromEntries(Object.entries(env).filter(([name]) => !leaking.includes(name)));
  return { ...clean, ...(chromium.program && { YOBAN_CHROMIUM: chromium.program }) };
}

/** The build as one test: without it the browser and system tests would try an old one. */
async function checkBuild(tools) {
  try {
    await buildKit(tools);
    say('passed: build');
    return { passed: 1, failed: 0 };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(`FAILED: build\n${error.message}`);
    return { passed: 0, failed: 1 };
  }
}

/** docs/requirements.md against what has just passed, as one test. Only a whole run can judge it. */
function checkTable(isWhole) {
  if (!isWhole) return { passed: 0, failed: 0 };
  const problems = existsSync(reportFile) ? checkRequirements(projectRoot, reportFile) : ['no report of the tests'];
  say(problems.length === 0 ? 'passed: requirements' : `FAILED: requirements\n${problems.join('\n')}`);
  return problems.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Arguments that leave out what cannot run here, and how many failures that is: with CI set, nothing may be missing. */
function leaveOut(chromium, unmet, isCi) {
  if (chromium.problem) say(chromium.problem);
  for (const { file, missing } of unmet) {
    say(`${isCi ? 'FAILED' : 'not run'}: ${file} needs ${missing.join(', ')}, not on this machine`);
  }
  return {
    args: [...(chromium.problem ? ['--project', '!browser'] : []), ...unmet.flatMap(({ file }) => ['--exclude', file])],
    failed: (chromium.problem ? 1 : 0) + (isCi ? unmet.length : 0),
  };
}

function endOnSignal() {
  for (const [signal, number] of Object.entries({ SIGHUP: 1, SIGINT: 2, SIGTERM: 15 })) {
    process.once(signal, () => {
      endChildren(signal);
      process.exit(128 + number);
    });
  }
}

/**
 * `npm test`: every check and every test; arguments go to vitest (`npm test -- --project unit`).
 * The last line on stdout is `N passed, N failed`; exit code 1 when anything failed.
 */
export async function test(tools, args) {
  endOnSignal();
  await provideRedisServer();
  const chromium = await provideChromium();
  const env = testEnvironment(tools.env, chromium);
  const left = leaveOut(chromium, unmetSystemTests(projectRoot), Boolean(env.CI));
  const results = [
    await runChecks(env),
    await checkBuild({ ...tools, env }),
    await runVitest({ ...tools, env }, [...left.args, ...args]),
    checkTable(args.length === 0 && left.args.length === 0),
    { passed: 0, failed: left.failed },
  ];
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed\n`);
  return sum('failed') === 0 ? 0 : 1;
}
