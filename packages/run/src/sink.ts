import { write } from 'node:fs';

/** Where bytes go out of this process. A reader that went away is no reason to stop: what it does not take is dropped. */
export interface Sink {
  /** Resolves when the bytes are handed over, so that a slow reader slows down whoever waits for this. */
  write(bytes: Buffer | string): Promise<void>;
}

/** Our own standard output or error. */
export function streamSink(stream: NodeJS.WriteStream): Sink {
  let isBroken = false;
  stream.on('error', () => {
    isBroken = true;
  });
  return {
    write: (bytes) => (isBroken ? Promise.resolve() : new Promise((done) => stream.write(bytes, () => done()))),
  };
}

/**
 * A descriptor that the app writes to as well. Node's streams would switch it to non-blocking, for the app too, and its
 * writes would begin to fail. One write after another; a few short lines in all.
 */
export function descriptorSink(descriptor: number): Sink {
  let last: Promise<void> = Promise.resolve();
  const writeOne = (bytes: Buffer | string) =>
    new Promise<void>((done) => write(descriptor, Buffer.from(bytes), () => done()));
  return {
    write: (bytes) => {
      last = last.then(() => writeOne(bytes));
      return last;
    },
  };
}
