import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runChild } from '../process/run-child.mjs';
import { cleanEnvironment } from './child-environment.mjs';
import { toolsFolder } from './project.mjs';
import { SetupError, withProgress } from './talk.mjs';

const networkTrouble =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|SELF_SIGNED|CERT_/i;

// npm's own patience is over a minute of silence when there is no network.
const impatience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=4000'];

/** The npm that belongs to this Node, else the one on PATH: `[program, leading arguments]`. */
function npmCommand() {
  const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [process.env.npm_execpath, beside].find((file) => file?.endsWith('npm-cli.js') && existsSync(file));
  return script ? [process.execPath, [script]] : ['npm', []];
}

/** Why `npm install` of a tool failed, with what a person can do about it. */
function explainNpmFailure(spec, result) {
  const lines = result.stderr.trim().split('\n').slice(-6).join('\n');
  if (result.code === 127)
    return `npm was not found, so ${spec} cannot be fetched. Install Node 24.11 or newer (it brings npm).`;
  if (networkTrouble.test(result.stderr)) {
    return (
      `No way to the npm registry, so ${spec} cannot be fetched. Connect this machine, or name the way ` +
      `(npm config set proxy|registry|cafile ...), then run the same command again.\n${lines}`
    );
  }
  return `npm could not fetch ${spec}:\n${lines}`;
}

function checkIntegrity(folder, wanted) {
  const lock = JSON.parse(readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
  const found = lock.packages[`node_modules/${wanted.name}`]?.integrity;
  if (found !== wanted.integrity) {
    throw new SetupError(
      `${wanted.name}@${wanted.version} is not the package this project pins (${found}). Nothing was kept.`,
    );
  }
}

/**
 * Puts a pinned npm package into `.tools/<name>-<version>` and gives that folder. Built in a folder of its own and moved
 * into place when it is whole and its integrity fits, so an interrupted fetch leaves nothing that looks finished.
 */
export async function fetchPackage(wanted) {
  const target = path.join(toolsFolder, `${wanted.name}-${wanted.version}`);
  if (existsSync(path.join(target, 'node_modules', '.package-lock.json'))) return target;
  const spec = `${wanted.name}@${wanted.version}`;
  mkdirSync(toolsFolder, { recursive: true });
  const draft = mkdtempSync(path.join(toolsFolder, 'fetch-'));
  try {
    // Without a package.json of its own npm walks up and installs into the repository.
    writeFileSync(path.join(draft, 'package.json'), '{"private":true}\n');
    const [program, leading] = npmCommand();
    const flags = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...impatience];
    const args = [...leading, 'install', '--prefix', draft, ...flags, spec];
    await withProgress(`fetching ${spec} from npm`, async () => {
      const result = await runChild(program, args, { cwd: draft, env: cleanEnvironment() });
      if (result.code !== 0) throw new SetupError(explainNpmFailure(spec, result));
    });
    checkIntegrity(draft, wanted);
    rmSync(target, { recursive: true, force: true });
    renameSync(draft, target);
    return target;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
