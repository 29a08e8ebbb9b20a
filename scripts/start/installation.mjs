import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SetupError } from '../bootstrap/talk.mjs';

const socketPathMaxBytes = 90;

/** Folder for sockets called `name` that should lie in `folder`: itself, or a short one named by its hash (as @yoban/shared/paths). */
function socketFolder(folder, name) {
  if (Buffer.byteLength(path.join(folder, name)) <= socketPathMaxBytes) return folder;
  return path.join(tmpdir(), `yoban-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`);
}

/** Where everything of one YOBAN_HOME lies; nothing is created. */
export function installationAt(home) {
  const at = (...names) => path.join(home, ...names);
  return {
    home,
    run: at('run'),
    logs: at('logs'),
    keys: at('keys'),
    lockFile: at('run', 'kit.lock'),
    kitFile: at('run', 'kit.json'),
    redisData: at('redis'),
    redisPidFile: at('run', 'redis.pid'),
    redisSocket: path.join(socketFolder(at('run'), 'redis.sock'), 'redis.sock'),
    pm2Link: at('pm2'),
    pm2Home: socketFolder(at('pm2'), 'pub.sock'),
  };
}

/** Makes a folder only we can read. In the shared temp folder the name can be foreseen, so what lies there is not trusted. */
function makePrivate(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  const foreign = process.getuid !== undefined && found.uid !== process.getuid();
  if (!found.isDirectory() || foreign || (found.mode & 0o077) !== 0) {
    throw new SetupError(
      `${folder} has to be a folder of yours that nobody else may enter (mode 0700). Remove it or mend it.`,
      2,
    );
  }
}

/** Creates the folders of an installation, with sockets in reach of the 108 bytes a socket address holds. */
export function prepareInstallation(installation) {
  const { home, run, logs, keys, redisSocket, pm2Link, pm2Home } = installation;
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new SetupError(`YOBAN_HOME: ${home} is not a folder.`, 2);
  }
  mkdirSync(path.dirname(home), { recursive: true });
  for (const folder of [home, run, logs, keys, path.dirname(redisSocket), pm2Home]) makePrivate(folder);
  if (pm2Home === pm2Link) return;
  // Pid files and logs of pm2 stay where the configuration looks for them.
  rmSync(pm2Link, { recursive: true, force: true });
  symlinkSync(pm2Home, pm2Link);
}
