import { withProgress } from '../bootstrap/talk.mjs';
import { runChild } from './run-child.mjs';
import { which } from './which.mjs';

/** True where packages can be installed without asking a person: root on a system with apt. */
export const canAptInstall = () => process.getuid?.() === 0 && which('apt-get') !== undefined;

/** Installs Debian packages; `{ok, output}`. The package lists are fetched only when the first try does not know a package. */
export function aptInstall(packages) {
  // RUNLEVEL=1: a Redis of the system's own on port 6379 is not what was asked for.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args) => runChild('apt-get', args, { env });
  const install = () => apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  return withProgress(`installing ${packages.join(', ')} with apt-get`, async () => {
    let result = await install();
    if (result.code !== 0) {
      await apt('update', '-q');
      result = await install();
    }
    return { ok: result.code === 0, output: `${result.stdout}\n${result.stderr}`.trim() };
  });
}
