import { beforeEach, expect, test } from 'vitest';
import {
  type ConnectionState,
  ReconnectingSocket,
  type SocketClock,
  type WebSocketLike,
} from './reconnecting-socket.ts';

/** Virtual time: runs what is due, in order. */
class FakeClock implements SocketClock {
  #now = 0;
  #next = 1;
  readonly #timers = new Map<number, { at: number; run: () => void }>();
  now(): number {
    return this.#now;
  }
  setTimeout(run: () => void, delayMs: number): number {
    this.#timers.set(this.#next, { at: this.#now + delayMs, run });
    return this.#next++;
  }
  clearTimeout(timer: unknown): void {
    if (typeof timer === 'number') this.#timers.delete(timer);
  }
  get pending(): number {
    return this.#timers.size;
  }
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].run();
    }
    this.#now = end;
  }
}

type Listener = (event: { data: unknown }) => void;
/** A line whose far end the test plays. */
class FakeLine implements WebSocketLike {
  readyState = 0;
  readonly sent: string[] = [];
  readonly #listeners = new Map<string, Listener[]>();
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }
  emit(type: 'open' | 'close' | 'error' | 'message', data?: string): void {
    if (type === 'open') this.readyState = 1;
    for (const listener of this.#listeners.get(type) ?? []) listener({ data });
  }
}

let clock: FakeClock;
let lines: { at: number; line: FakeLine }[];
let states: ConnectionState[];
let applied: string[];
beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  states = [];
  applied = [];
});
class Dialled extends FakeLine {
  constructor() {
    super();
    lines.push({ at: clock.now(), line: this });
  }
}
const newest = () => lines.at(-1)?.line ?? expect.unreachable('no line was dialled');

function open(options: Partial<ConstructorParameters<typeof ReconnectingSocket>[0]> = {}) {
  return new ReconnectingSocket({
    url: 'ws://viewer',
    clock,
    random: () => 0,
    WebSocket: Dialled,
    onMessage: (data) => applied.push(data),
    onState: (state) => states.push(state),
    ...options,
  });
}
const synced = {
  onConnected: (send: (data: string) => void) => send('state please'),
  classify: (data: string) => ({
    kind: data.startsWith('sync') ? ('sync' as const) : ('change' as const),
    seq: Number(data.split(' ')[1]),
  }),
};

test('S1: tries come after 1, 2, 4, 8, 16 and then every 30 s, for as long as it takes', () => {
  open({ connectTimeoutMs: 0 });
  const waits = Array.from({ length: 2_000 }, () => {
    const { at, line } = lines.at(-1) ?? expect.unreachable('no line was dialled');
    line.emit('error');
    line.emit('close');
    const dialled = lines.length;
    while (lines.length === dialled) clock.advance(1_000);
    return clock.now() - at;
  });
  expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000]);
  expect(new Set(waits.slice(5))).toEqual(new Set([30_000]));
});

test('S1: after a connection the delays begin again at 1 s', () => {
  open();
  for (const waitMs of [1_000, 2_000, 4_000]) {
    newest().emit('close');
    clock.advance(waitMs - 1);
    const before = lines.length;
    clock.advance(1);
    expect(lines).toHaveLength(before + 1);
  }
  newest().emit('open');
  newest().emit('close');
  clock.advance(1_000);
  expect(lines).toHaveLength(5);
});

test('S1: reconnecting at once, disconnected after 60 s without success, connected again at the first success', () => {
  open({ connectTimeoutMs: 0 });
  newest().emit('open');
  newest().emit('close');
  expect(states).toEqual(['connected', 'reconnecting']);
  clock.advance(1_000);
  clock.advance(58_999);
  expect(states).toHaveLength(2);
  clock.advance(1);
  expect(states.at(-1)).toBe('disconnected');
  newest().emit('open');
  expect(states).toEqual(['connected', 'reconnecting', 'disconnected', 'connected']);
});

test('S1: a first connection that never comes is told after 60 s too', () => {
  const socket = open();
  expect(socket.state).toBe('reconnecting');
  clock.advance(60_000);
  expect(states).toEqual(['disconnected']);
});

test('S1: full state after each reconnect; nothing older than it is applied', () => {
  const socket = open(synced);
  newest().emit('open');
  expect(newest().sent).toEqual(['state please']);
  newest().emit('message', 'change 7');
  expect(socket.state).toBe('reconnecting');
  newest().emit('message', 'sync 9');
  newest().emit('message', 'change 8');
  newest().emit('message', 'change 9');
  newest().emit('message', 'change 10');
  newest().emit('message', 'change 10');
  expect(applied).toEqual(['sync 9', 'change 10']);
  const old = newest();
  old.emit('close');
  clock.advance(1_000);
  newest().emit('open');
  old.emit('message', 'change 11');
  newest().emit('message', 'change 12');
  newest().emit('message', 'sync 3');
  newest().emit('message', 'change 4');
  expect(applied).toEqual(['sync 9', 'change 10', 'sync 3', 'change 4']);
});

test('S1: a try that hangs, a sync that never comes and a line that falls silent are given up', () => {
  const socket = open({ ...synced, connectTimeoutMs: 5_000, silenceTimeoutMs: 15_000 });
  clock.advance(6_000);
  expect(lines).toHaveLength(2);
  newest().emit('open');
  clock.advance(5_000 + 2_000);
  expect(lines).toHaveLength(3);
  newest().emit('open');
  newest().emit('message', 'sync 1');
  clock.advance(14_000);
  newest().emit('message', 'change 2');
  clock.advance(14_999);
  expect(socket.state).toBe('connected');
  clock.advance(1);
  expect(socket.state).toBe('reconnecting');
});

test('S1: an address that cannot be dialled is tried again, and errors of the host do not end it', () => {
  const errors: unknown[] = [];
  const addresses = [undefined, 'ws://viewer'];
  open({
    url: () => {
      const address = addresses.length > 1 ? addresses.shift() : addresses[0];
      if (address === undefined) throw new TypeError('no address yet');
      return address;
    },
    onMessage: () => {
      throw new Error('host');
    },
    onError: (error) => errors.push(error),
  });
  clock.advance(1_000);
  newest().emit('open');
  newest().emit('message', 'x');
  expect(errors).toHaveLength(2);
  newest().emit('close');
  clock.advance(1_000);
  expect(lines).toHaveLength(2);
});

test('S1: closed, it dials no more and leaves no timer, even when closed from its own callback', () => {
  const socket = open({ onState: (state) => state === 'reconnecting' && socket.close() });
  newest().emit('open');
  newest().emit('close');
  clock.advance(600_000);
  expect(lines).toHaveLength(1);
  expect(clock.pending).toBe(0);
  expect(socket.send('x')).toBe(false);
});
