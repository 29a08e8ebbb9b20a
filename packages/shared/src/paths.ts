import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** sun_path holds 108 bytes on Linux and 104 on macOS; programs append to ours, so the bar is lower. */
const socketPathMaxBytes = 90;

/** Where everything of one installation lies. Each store has one owner. */
export interface YobanPaths {
  home: string;
  run: string;
  logs: string;
  state: string;
  spool: string;
  keys: string;
  locks: string;
  reports: string;
  pm2Home: string;
}

/** The folders of an installation below `home` (absolute). Nothing is created here. */
export function yobanPaths(home: string): YobanPaths {
  const root = path.resolve(home);
  return {
    home: root,
    run: path.join(root, 'run'),
    logs: path.join(root, 'logs'),
    state: path.join(root, 'state'),
    spool: path.join(root, 'spool'),
    keys: path.join(root, 'keys'),
    locks: path.join(root, 'run', 'locks'),
    reports: path.join(root, 'reports'),
    pm2Home: path.join(root, 'pm2'),
  };
}

/** A unix socket's path that fits: `<dir>/<name>`, or in a short folder named by a hash of `dir` when that is over 90 bytes. */
export function socketPath(dir: string, name: string): string {
  const direct = path.join(dir, name);
  if (Buffer.byteLength(direct) <= socketPathMaxBytes) return direct;
  const hash = createHash('sha256').update(dir).digest('hex').slice(0, 12);
  return path.join(tmpdir(), `yoban-${hash}`, name);
}
