import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** When `pid` started, as a text that differs for the next process with the same number; undefined = no such process. */
function startMark(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  if (process.platform === 'linux') return linuxStartMark(pid);
  const asked = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return asked.stdout?.trim() || undefined;
}

function linuxStartMark(pid) {
  const stat = readProcFile(pid, 'stat');
  if (stat === undefined) return undefined;
  // The command name may hold spaces and brackets: fields are counted from behind its last bracket.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : fields[18];
}

function readProcFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // gone, or another user's
  }
}

/** `{pid, startedAt}` of a process: what a pid file must hold so that a reused number is not mistaken for it. */
export function identify(pid = process.pid) {
  return { pid, startedAt: startMark(pid) ?? null };
}

/** True while exactly the process that was identified runs. */
export function isAlive(identity) {
  const mark = startMark(identity?.pid);
  return mark !== undefined && mark === identity.startedAt;
}

/** True when `pid` runs with `text` in its command line or its environment: how a process of ours is told from a stranger. */
export function mentions(pid, text) {
  if (process.platform === 'linux') {
    return ['cmdline', 'environ'].some(
      (name) => readProcFile(pid, name)?.split('\0').join(' ').includes(text) ?? false,
    );
  }
  const asked = spawnSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return asked.stdout?.includes(text) ?? false;
}
