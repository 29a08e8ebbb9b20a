// Loaded into a parent: once the file HANG_WHEN is there, the only thread for disk work waits at a pipe that nobody reads, as it
// would at a dead network disk.
import { existsSync, open } from 'node:fs';

const timer = setInterval(() => {
  if (!existsSync(process.env.HANG_WHEN)) return;
  clearInterval(timer);
  open(process.env.HANG_AT, 'w', () => {});
}, 20);
timer.unref();
