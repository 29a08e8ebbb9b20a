import { defaultReconnectPolicy, type ReconnectPolicy, reconnectDelay } from './reconnect-delay.ts';

/** What a viewer is told: live; trying again over the frozen view; gone for longer than a minute, still trying. */
export type ConnectionState = 'connected' | 'reconnecting' | 'disconnected';

/** `sync`: the full state. `change`: applies on top of it. `seq` orders them where the sender numbers its messages. */
export interface MessageKind {
  kind: 'sync' | 'change';
  seq?: number;
}

/** The part of the WebSocket standard that is used; the browser's, Node's and `ws`'s all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
}

/** Clock and timers, so that a test can own time. */
export interface SocketClock {
  now(): number;
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export interface ReconnectingSocketOptions {
  url: string | (() => string);
  /** Called when a connection is open: ask here for the full state. */
  onConnected?: (send: (data: string) => void) => void;
  onMessage: (data: string) => void;
  onState?: (state: ConnectionState) => void;
  /** Told of errors in the callbacks above; the socket lives on. */
  onError?: (error: unknown) => void;
  /** With it, a connection counts as connected only after its sync, and a change older than the sync is not applied. */
  classify?: (data: string) => MessageKind;
  WebSocket?: new (url: string) => WebSocketLike;
  clock?: SocketClock;
  /** In [0, 1). */
  random?: () => number;
  policy?: Partial<ReconnectPolicy>;
  /** How long a try may take until it is connected (and synced). Default: 10 s. */
  connectTimeoutMs?: number;
  /** No message for this long means a dead line. Default: 0, never. */
  silenceTimeoutMs?: number;
  /** Without success for this long the state is `disconnected`. Default: 60 s. */
  disconnectedAfterMs?: number;
}

const systemClock: SocketClock = {
  now: () => Date.now(),
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

const OPEN = 1;

/** A WebSocket that comes back by itself and never gives up (S1), in the browser and in Node. */
export class ReconnectingSocket {
  readonly #options: ReconnectingSocketOptions;
  readonly #clock: SocketClock;
  readonly #policy: ReconnectPolicy;
  #state: ConnectionState = 'reconnecting';
  #socket: WebSocketLike | undefined;
  #failures = 0;
  #synced: { seq: number } | undefined;
  #retryTimer: unknown;
  #lineTimer: unknown;
  #patienceTimer: unknown;

  constructor(options: ReconnectingSocketOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#policy = { ...defaultReconnectPolicy, ...options.policy };
    this.#startPatience();
    this.#connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Sends on the present connection; false when there is none. */
  send(data: string): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(data);
    return true;
  }

  /** Ends it for good. */
  close(): void {
    for (const timer of [this.#retryTimer, this.#lineTimer, this.#patienceTimer]) this.#clock.clearTimeout(timer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #connect(): void {
    this.#synced = undefined;
    let socket: WebSocketLike;
    try {
      const { url, WebSocket: Injected } = this.#options;
      const Socket = Injected ?? globalThis.WebSocket;
      socket = new Socket(typeof url === 'function' ? url() : url);
    } catch (error) {
      this.#options.onError?.(error);
      this.#lost(undefined);
      return;
    }
    this.#socket = socket;
    socket.addEventListener('open', () => this.#opened(socket));
    socket.addEventListener('message', (event) => this.#received(socket, event.data));
    socket.addEventListener('close', () => this.#lost(socket));
    // `close` follows each error; without this listener `ws` would throw it into the host.
    socket.addEventListener('error', () => this.#lost(socket));
    this.#watchLine(socket, this.#options.connectTimeoutMs ?? 10_000);
  }

  #opened(socket: WebSocketLike): void {
    if (socket !== this.#socket) return;
    if (!this.#options.classify) this.#nowConnected(socket);
    this.#guarded(() => this.#options.onConnected?.((data) => socket.send(data)));
  }

  #received(socket: WebSocketLike, data: unknown): void {
    // A line given up may still deliver: what it says is older than the next sync.
    if (socket !== this.#socket) return;
    const text = String(data);
    this.#guarded(() => {
      if (!this.#applies(socket, text)) return;
      this.#options.onMessage(text);
    });
    if (socket === this.#socket && this.#state === 'connected')
      this.#watchLine(socket, this.#options.silenceTimeoutMs ?? 0);
  }

  #applies(socket: WebSocketLike, text: string): boolean {
    const { classify } = this.#options;
    if (!classify) return true;
    const message = classify(text);
    if (message.kind === 'sync') {
      this.#synced = { seq: message.seq ?? Number.NEGATIVE_INFINITY };
      this.#nowConnected(socket);
      return true;
    }
    if (!this.#synced) return false;
    if (message.seq === undefined) return true;
    if (message.seq <= this.#synced.seq) return false;
    this.#synced.seq = message.seq;
    return true;
  }

  #nowConnected(socket: WebSocketLike): void {
    this.#failures = 0;
    this.#clock.clearTimeout(this.#patienceTimer);
    this.#setState('connected');
    this.#watchLine(socket, this.#options.silenceTimeoutMs ?? 0);
  }

  #lost(socket: WebSocketLike | undefined): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#clock.clearTimeout(this.#lineTimer);
    this.#failures += 1;
    const delayMs = reconnectDelay(this.#failures, (this.#options.random ?? Math.random)(), this.#policy);
    this.#retryTimer = this.#clock.setTimeout(() => this.#connect(), delayMs);
    if (this.#state !== 'connected') return;
    this.#startPatience();
    // Told last: a host that closes the socket in this callback must find every timer to clear.
    this.#setState('reconnecting');
  }

  /** A try that hangs, or a line that fell silent, is given up like a closed one. */
  #watchLine(socket: WebSocketLike, limitMs: number): void {
    this.#clock.clearTimeout(this.#lineTimer);
    if (limitMs <= 0) return;
    this.#lineTimer = this.#clock.setTimeout(() => {
      this.#lost(socket);
      socket.close();
    }, limitMs);
  }

  #startPatience(): void {
    const limitMs = this.#options.disconnectedAfterMs ?? 60_000;
    this.#clock.clearTimeout(this.#patienceTimer);
    this.#patienceTimer = this.#clock.setTimeout(() => this.#setState('disconnected'), limitMs);
  }

  #setState(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#guarded(() => this.#options.onState?.(state));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onError?.(error);
    }
  }
}
