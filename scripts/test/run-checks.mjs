import path from 'node:path';
import { projectRoot } from '../bootstrap/project.mjs';
import { say } from '../bootstrap/talk.mjs';
import { runChild } from '../process/run-child.mjs';

const bin = (name) => path.join(projectRoot, 'node_modules', '.bin', name);

/** Each counts as one test of `npm test`. */
const checks = [
  { name: 'types', program: bin('tsc'), args: ['-p', 'tsconfig.check.json'] },
  { name: 'lint and format', program: bin('biome'), args: ['check', '.'] },
  { name: 'unused code and dependencies', program: bin('knip'), args: [] },
  { name: 'architecture', program: 'node', args: ['scripts/check-architecture.mjs'] },
];

async function runCheck({ name, program, args }, env) {
  const startedAt = Date.now();
  const { code, stdout, stderr } = await runChild(program, args, { cwd: projectRoot, env });
  say(`${code === 0 ? 'passed' : 'FAILED'}: ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  if (code !== 0) process.stderr.write(`${stdout}${stderr}\n`);
  return code === 0;
}

/** Runs the checks that need no test runner, two at a time: `{passed, failed}`. */
export async function runChecks(env) {
  const waiting = [...checks];
  const results = [];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.push(await runCheck(next, env));
  };
  await Promise.all([lane(), lane()]);
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}
