import type { AlertAudit } from '@yoban/shared/contracts/alert-command';
import { expect, test } from 'vitest';
import { awaited, type CommandState, followCommand, isBusy } from './command-state.ts';

const waiting: CommandState = { kind: 'waiting', commandId: 'c1', sinceMs: 1_000 };
const told = (done: boolean, reason: string): AlertAudit => ({
  ...{ id: 'c1', do: 'ack', actor: 'operator', target: 'a', note: null },
  ...{ done, reason, at: '2026-03-11T06:30:00.000Z' },
});

test('A7: a command is done when the alerter says so, not when the server took it', () => {
  expect(followCommand(waiting, null, 2_000)).toBe(waiting);
  expect(isBusy(waiting)).toBe(true);
  expect(followCommand(waiting, told(true, 'acked'), 2_000)).toEqual({ kind: 'done', atMs: 2_000 });
  expect(followCommand(waiting, told(false, 'not_open'), 2_000)).toEqual({
    ...{ kind: 'unchanged', reason: 'not_open', atMs: 2_000 },
  });
});

test('a command that the alerter is silent about is said to be slow, and still heard when it ends', () => {
  const slow = followCommand(waiting, null, 17_000);
  expect(slow).toEqual({ kind: 'slow', commandId: 'c1', atMs: 17_000 });
  expect(isBusy(slow)).toBe(false);
  expect(awaited(slow)).toBe('c1');
  expect(followCommand(slow, told(true, 'acked'), 18_000).kind).toBe('done');
});

test.each<CommandState>([
  { kind: 'done', atMs: 0 },
  { kind: 'refused', why: 'no', atMs: 0 },
  { kind: 'unchanged', reason: 'not_open', atMs: 0 },
])('an outcome stays readable for a while: $kind', (state) => {
  expect(followCommand(state, null, 12_000)).toBe(state);
  expect(followCommand(state, null, 12_001)).toEqual({ kind: 'idle' });
});
