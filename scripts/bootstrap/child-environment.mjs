import path from 'node:path';
import { projectRoot } from './project.mjs';

/**
 * The environment without what `npm start` leaves in it: pnpm and node-gyp read npm_config_* as their own settings.
 * The registry and proxy a person gave to npm by environment are kept: that is how to reach packages at all.
 */
export function cleanEnvironment(source = process.env) {
  const keep = /^npm_config_(registry|https?_?proxy|proxy|noproxy|cafile|strict_ssl)$/i;
  const entries = Object.entries(source).filter(([name]) => !/^(npm_|INIT_CWD$)/i.test(name) || keep.test(name));
  return Object.fromEntries(entries);
}

/** What every child sees: the project's Node and pnpm before anything else on PATH, no telemetry, no update notes. */
export function childEnvironment({ node, pnpmFolder }, source = process.env) {
  const bin = path.join(projectRoot, 'node_modules', '.bin');
  const first = [path.dirname(node), pnpmFolder, bin];
  const rest = (source.PATH ?? '').split(path.delimiter).filter((folder) => !first.includes(folder));
  return {
    ...cleanEnvironment(source),
    PATH: [...first, ...rest].join(path.delimiter),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
  };
}
