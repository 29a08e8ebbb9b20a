const lookEveryMs = 500;

/**
 * `kill -TERM <pid of npm>` without a terminal ends npm and its shell only; we are handed to another parent and hear
 * nothing of it. Started by npm, a new parent therefore counts as SIGTERM. Started otherwise (a unit file, nohup) the
 * parent may leave as it likes.
 */
export function watchParent() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, lookEveryMs);
  timer.unref();
}
