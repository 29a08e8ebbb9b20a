import { afterEach } from 'vitest';

/** Starts fakes that end with the test that started them. */
export function fakesOfTest(): <F extends { stop(): Promise<void> }>(starting: Promise<F>) => Promise<F> {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop();
  });
  return async (starting) => {
    const fake = await starting;
    open.push(fake);
    return fake;
  };
}
