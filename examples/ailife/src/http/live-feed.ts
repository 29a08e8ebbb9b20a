import type { Server } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

const TICK_MS = 5_000;
const MAX_CLIENTS = 500;
const MAX_UNSENT_BYTES = 1024 * 1024;

/**
 * The viewers' WebSocket at `/ws`. A client asks `{"type":"sync"}` and gets the full view; then every change comes as the full view
 * again (it is small), each with a rising `seq`. At least one message goes out every 5 s, so a client can tell a dead line.
 */
export class LiveFeed {
  readonly #readView: () => unknown;
  readonly #server: WebSocketServer;
  readonly #answered = new WeakSet<WebSocket>();
  readonly #synced = new WeakSet<WebSocket>();
  readonly #tick: NodeJS.Timeout;
  #seq = 0;
  #queued: NodeJS.Immediate | undefined;

  constructor(http: Server, readView: () => unknown) {
    this.#readView = readView;
    this.#server = new WebSocketServer({ server: http, path: '/ws', maxPayload: 4_096, perMessageDeflate: false });
    this.#server.on('connection', (socket) => this.#join(socket));
    // Errors of the listening socket are the HTTP server's to handle; ws repeats them here.
    this.#server.on('error', () => {});
    this.#tick = setInterval(() => this.#beat(), TICK_MS);
    this.#tick.unref();
  }

  get clients(): number {
    return this.#server.clients.size;
  }

  /** Viewers that are connected and have not been sent the full view yet. */
  get unsynced(): number {
    return [...this.#server.clients].filter((socket) => !this.#synced.has(socket)).length;
  }

  /** Tells all viewers; many changes in one turn of the event loop are one message. */
  changed(): void {
    if (this.clients === 0) return;
    this.#queued ??= setImmediate(() => {
      this.#queued = undefined;
      this.#broadcast();
    });
  }

  close(): void {
    clearInterval(this.#tick);
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #join(socket: WebSocket): void {
    socket.on('error', () => socket.terminate());
    if (this.clients > MAX_CLIENTS) {
      socket.close(1013, 'full');
      return;
    }
    this.#answered.add(socket);
    socket.on('pong', () => this.#answered.add(socket));
    // Synced is who has the view off our hands, not who asked for it.
    socket.on('message', () =>
      socket.send(this.#message('sync'), (error) => {
        if (!error) this.#synced.add(socket);
      }),
    );
  }

  #beat(): void {
    for (const socket of this.#server.clients) {
      if (!this.#answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
    if (this.clients > 0) this.#broadcast();
  }

  #broadcast(): void {
    const message = this.#message('change');
    for (const socket of this.#server.clients) {
      // A viewer that does not read would fill our memory; it reconnects and syncs.
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) socket.terminate();
      else socket.send(message);
    }
  }

  #message(type: 'sync' | 'change'): string {
    if (type === 'change') this.#seq += 1;
    return JSON.stringify({ type, seq: this.#seq, view: this.#readView() });
  }
}
