import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { builtFile, projectRoot, toolsFolder } from '../bootstrap/project.mjs';
import { SetupError, withProgress } from '../bootstrap/talk.mjs';
import { waitForLock } from '../process/pid-lock.mjs';
import { runChild } from '../process/run-child.mjs';

const notSources = new Set(['node_modules', 'dist', 'test', '.turbo', 'README.md']);

/** Folders of the workspace that have a build of their own. */
function builtPackages() {
  return ['packages', 'apps', 'examples']
    .flatMap((parent) =>
      readdirSync(path.join(projectRoot, parent)).map((name) => path.join(projectRoot, parent, name)),
    )
    .filter((folder) => existsSync(path.join(folder, 'package.json')))
    .filter((folder) => 'build' in (JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')).scripts ?? {}));
}

/** True when something at or below `entry` changed after `timeMs`. Folders count too: a deleted file changes its folder. */
function changedSince(entry, timeMs) {
  const found = statSync(entry, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory()) return found.mtimeMs > timeMs && !entry.endsWith('.tsbuildinfo');
  return readdirSync(entry)
    .filter((name) => !notSources.has(name))
    .some((name) => changedSince(path.join(entry, name), timeMs));
}

const sourceFoldersChanged = (folder, timeMs) =>
  ['src', 'public'].some((name) => newestFolder(path.join(folder, name)) > timeMs) || changedSince(folder, timeMs);

function newestFolder(folder) {
  if (!existsSync(folder)) return 0;
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Math.max(statSync(folder).mtimeMs, ...below.map((entry) => newestFolder(path.join(folder, entry.name))));
}

/** True when every `dist` is there and holds what the sources say. */
function isBuilt() {
  const builtAt = statSync(builtFile, { throwIfNoEntry: false })?.mtimeMs;
  if (builtAt === undefined) return false;
  const rootFiles = ['pnpm-lock.yaml', 'tsconfig.base.json', 'turbo.json'].map((name) => path.join(projectRoot, name));
  if (rootFiles.some((file) => changedSince(file, builtAt))) return false;
  return builtPackages().every(
    (folder) => existsSync(path.join(folder, 'dist')) && !sourceFoldersChanged(folder, builtAt),
  );
}

/** Builds what is out of date. Asking turbo costs half a second even when it has nothing to do, so it is asked only when needed. */
export async function buildKit({ node, env }) {
  if (isBuilt()) return;
  const lock = await waitForLock(path.join(toolsFolder, 'build.lock'));
  try {
    if (isBuilt()) return;
    // Dated before the build, named after it: what is edited meanwhile counts as newer.
    const draft = `${builtFile}.${process.pid}`;
    mkdirSync(path.dirname(builtFile), { recursive: true });
    writeFileSync(draft, '');
    const turbo = path.join(projectRoot, 'node_modules', 'turbo', 'bin', 'turbo');
    const args = [turbo, 'run', 'build', '--output-logs=errors-only', '--no-color'];
    await withProgress('building', async () => {
      const result = await runChild(node, args, { cwd: projectRoot, env });
      const output = `${result.stdout}\n${result.stderr}`.trim();
      if (result.code !== 0) throw new SetupError(`The build failed:\n${output.split('\n').slice(-40).join('\n')}`);
    });
    renameSync(draft, builtFile);
  } finally {
    lock.release();
  }
}
