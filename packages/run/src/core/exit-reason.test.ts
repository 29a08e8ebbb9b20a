import { expect, test } from 'vitest';
import { exitReason } from './exit-reason.ts';

test.each([
  [0, null, 'ended'],
  [3, null, 'crashed'],
  [null, 'SIGKILL', 'killed'],
  [null, 'SIGTERM', 'killed'],
  [null, 'SIGSEGV', 'crashed'],
  [null, 'SIGABRT', 'crashed'],
])('code %s, signal %s: %s', (code, signal, reason) => expect(exitReason(code, signal)).toBe(reason));
