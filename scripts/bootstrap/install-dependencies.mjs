import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runChild } from '../process/run-child.mjs';
import { childEnvironment } from './child-environment.mjs';
import { projectRoot, readyFile } from './project.mjs';
import { SetupError, withProgress } from './talk.mjs';

/** Every package.json of the workspace; the folders are those of pnpm-workspace.yaml. */
export function manifestFiles(root = projectRoot) {
  const parents = ['apps', 'packages', 'examples'].filter((folder) => existsSync(path.join(root, folder)));
  const nested = parents.flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(parent, name)),
  );
  return ['.', 'e2e', 'bench', ...nested]
    .map((folder) => path.join(root, folder, 'package.json'))
    .filter((file) => existsSync(file))
    .sort((a, b) => (a < b ? -1 : 1));
}

function readyText({ node, pnpmFolder }) {
  const hash = createHash('sha256').update(node);
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(path.join(projectRoot, name)));
  for (const file of manifestFiles()) hash.update(file).update(dependencyPart(file));
  return `${[projectRoot, node, pnpmFolder, hash.digest('hex')].join('\n')}\n`;
}

/** What of a package.json decides about an install: a changed script must not cost one. */
function dependencyPart(file) {
  const { name, version, dependencies, devDependencies, peerDependencies, optionalDependencies, bin } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return JSON.stringify({ name, version, dependencies, devDependencies, peerDependencies, optionalDependencies, bin });
}

const isReady = (text) => existsSync(readyFile) && readFileSync(readyFile, 'utf8') === text;

/** Installs what the lockfile says, unless exactly that was installed before. */
export async function installDependencies(tools) {
  const text = readyText(tools);
  if (isReady(text)) {
    // bin/* compare times only: after a touched but equal package.json they must not come here each time.
    const now = new Date();
    utimesSync(readyFile, now, now);
    return;
  }
  rmSync(readyFile, { force: true });
  const args = ['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'];
  // The lockfile is reviewed; asking the registry for the age of each entry again costs 5 s and the network.
  args.push('--config.minimum-release-age=0');
  await withProgress('installing dependencies', async () => {
    const env = { ...childEnvironment(tools), CI: 'true' };
    const result = await runChild(path.join(tools.pnpmFolder, 'pnpm'), args, { cwd: projectRoot, env });
    if (result.code !== 0) throw new SetupError(explainPnpmFailure(`${result.stdout}\n${result.stderr}`));
  });
  writeFileSync(readyFile, text);
}

function explainPnpmFailure(output) {
  const lines = output.trim().split('\n').slice(-12).join('\n');
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|META_FETCH_FAIL|NO_OFFLINE/.test(output);
  const head = offline
    ? 'No way to the npm registry. Connect this machine, or name the way (npm config set proxy|registry|cafile ...), then run the same command again.'
    : 'pnpm could not install the dependencies.';
  return `${head}\n${lines}`;
}
