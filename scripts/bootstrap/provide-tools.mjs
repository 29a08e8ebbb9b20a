import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { whichAll } from '../process/which.mjs';
import { fetchPackage } from './fetch-package.mjs';
import { isUsableNode, nodePackages, pnpmPackage } from './pinned-tools.mjs';
import { SetupError } from './talk.mjs';

const versionOf = (node) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';

/** A Node on this machine that is new enough: the one running us, else any on PATH. */
function findNode() {
  if (isUsableNode(process.version)) return process.execPath;
  return whichAll('node').find((file) => isUsableNode(versionOf(file)));
}

/** A Node that runs the project: found here, else the pinned one from npm. */
export async function provideNode() {
  const found = findNode();
  if (found !== undefined) return found;
  const platform = `${process.platform}-${process.arch}`;
  const wanted = nodePackages[platform];
  if (wanted === undefined) {
    throw new SetupError(
      `Node ${process.version} is too old (24.11+ or 26+ is needed) and npm has no newer Node for ${platform}. ` +
        'Install one from https://nodejs.org or your system and run the same command again.',
    );
  }
  const node = path.join(await fetchPackage(wanted), 'node_modules', wanted.name, 'bin', 'node');
  if (!isUsableNode(versionOf(node))) {
    throw new SetupError(
      `${node} does not run on this machine (a system without glibc, such as Alpine?). ` +
        'Install Node 24.11 or newer from your system and run the same command again.',
    );
  }
  return node;
}

/**
 * The folder with pnpm's native program. `.bin/pnpm` of the package is a placeholder without a first line:
 * a shell runs it, turbo's exec does not.
 */
export async function providePnpm() {
  const scope = path.join(await fetchPackage(pnpmPackage), 'node_modules', '@pnpm');
  const folders = existsSync(scope) ? readdirSync(scope).map((name) => path.join(scope, name)) : [];
  const folder = folders.find((candidate) => existsSync(path.join(candidate, 'pnpm')));
  if (folder === undefined) {
    throw new SetupError(`pnpm ${pnpmPackage.version} has no program for ${process.platform}-${process.arch}.`);
  }
  return folder;
}
