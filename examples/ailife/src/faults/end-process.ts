export type CrashKind = 'kill' | 'abort' | 'exit' | 'throw' | 'reject';

/** Ends this process in one of the ways a Node service dies: from outside, in native code, on purpose, or by an error nobody caught. */
export function endProcess(how: CrashKind, code: number): void {
  switch (how) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'abort':
      process.abort();
      return;
    case 'exit':
      process.exit(code);
      return;
    case 'throw':
      setImmediate(() => {
        throw new Error('thrown by the fault switch');
      });
      return;
    case 'reject':
      void Promise.reject(new Error('rejected by the fault switch'));
      return;
    default:
      how satisfies never;
  }
}
