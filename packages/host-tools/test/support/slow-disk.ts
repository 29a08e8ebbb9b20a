import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Stands in for a disk under load: the first sync that begins while `isOn` takes until that is over, and a moment longer. */
export function slowSyncOnce(isOn: () => boolean): { happened(): boolean; end(): void } {
  const { fdatasyncSync } = fs;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  let happened = false;
  const become = (sync: typeof fdatasyncSync) => {
    fs.fdatasyncSync = sync;
    syncBuiltinESMExports();
  };
  become((file) => {
    if (!happened && isOn()) {
      happened = true;
      while (isOn()) Atomics.wait(cell, 0, 0, 10);
      Atomics.wait(cell, 0, 0, 200);
    }
    fdatasyncSync(file);
  });
  return { happened: () => happened, end: () => become(fdatasyncSync) };
}
