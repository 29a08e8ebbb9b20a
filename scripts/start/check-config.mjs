import path from 'node:path';
import { projectRoot } from '../bootstrap/project.mjs';
import { SetupError } from '../bootstrap/talk.mjs';
import { runChild } from '../process/run-child.mjs';

const program = path.join(projectRoot, 'apps', 'cli', 'dist', 'main.js');

/**
 * `yoban config check` with the environment the services are going to see. Without it each service would refuse by itself, and pm2
 * would bring it back again and again before anybody is told.
 * @throws SetupError (exit 2) with the lines of the check
 */
export async function checkConfig({ node }, env) {
  const options = { cwd: projectRoot, env: { ...env, YOBAN_ROOT: projectRoot } };
  const { code, stderr } = await runChild(node, [program, 'config', 'check'], options);
  if (code !== 0) throw new SetupError(`nothing was started:\n${stderr.trim()}`, code === 2 ? 2 : 1);
}
