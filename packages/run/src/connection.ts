import type { Socket } from 'node:net';
import { readRequest, takeLines } from './core/read-request.ts';
import type { Push, Reply, Request, Status } from './protocol.ts';

const idleMs = 60_000;
/** For a client to read why it is cut off. */
const partingMs = 1_000;
/** Requests of one client that may wait at a time. */
const maxWaiting = 16;
/** A client that leaves this much unread is cut off: what it does not take must not pile up here. */
const maxUnreadBytes = 64 * 1024;

type WishKind = 'stop' | 'start' | 'restart';
type Outcome = { ok: true } | { ok: false; message: string };

/** What a connection asks of the parent. */
export interface Desk {
  status(): Status;
  /** Calls back once, when the state is reached or cannot be. */
  wish(kind: WishKind, answer: (outcome: Outcome) => void): void;
  /** Hears all pushes until the returned function is called. */
  watch(hear: (push: Push) => void): () => void;
  /** Told to a client that has too many requests waiting. */
  tooMany: string;
}

/** Serves one client until it leaves. Whatever it sends or does not read, it costs a bounded amount of memory. */
export function serveConnection(socket: Socket, desk: Desk): void {
  const client = new ServedClient(socket, desk);
  let held: Buffer = Buffer.alloc(0);
  socket.setTimeout(idleMs, () => client.endIfIdle());
  const read = (piece: Buffer) => {
    const { lines, rest, tooLong } = takeLines(held, piece);
    held = rest;
    for (const line of lines) client.take(line);
    if (!tooLong) return;
    // Not a byte more: without a reader the rest stays in the kernel, which makes the client wait.
    socket.off('data', read);
    socket.pause();
    client.hangUp('the line is too long');
  };
  socket.on('data', read);
  socket.on('end', () => client.finish());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => client.forget());
}

class ServedClient {
  readonly #socket: Socket;
  readonly #desk: Desk;
  #waiting = 0;
  #unwatch: (() => void) | null = null;

  constructor(socket: Socket, desk: Desk) {
    this.#socket = socket;
    this.#desk = desk;
  }

  take(line: string): void {
    if (this.#socket.destroyed) return;
    const request = readRequest(line);
    if ('problem' in request) this.#refuse(request.id, request.problem);
    else this.#serve(request);
  }

  hangUp(why: string): void {
    this.#refuse('', why);
    this.#socket.destroySoon();
    // A client that does not read its answer would keep it, and the connection, for ever.
    setTimeout(() => this.#socket.destroy(), partingMs).unref();
  }

  endIfIdle(): void {
    if (this.#waiting === 0 && this.#unwatch === null) this.#socket.destroy();
  }

  /** A client may close its side and still wait for its answer (`nc -N`); a watcher that does has left. */
  finish(): void {
    this.forget();
    if (this.#waiting === 0) this.#socket.end();
  }

  forget(): void {
    this.#unwatch?.();
    this.#unwatch = null;
  }

  #serve({ id, do: kind }: Request): void {
    if (kind === 'watch') this.#unwatch ??= this.#desk.watch((push) => this.#send(push));
    if (kind === 'status' || kind === 'watch') this.#send({ id, ok: true, status: this.#desk.status() });
    else if (this.#waiting < maxWaiting) this.#wish(id, kind);
    else this.#refuse(id, this.#desk.tooMany);
  }

  #wish(id: string, kind: WishKind): void {
    this.#waiting += 1;
    this.#desk.wish(kind, (outcome) => {
      this.#waiting -= 1;
      if (outcome.ok) this.#send({ id, ok: true, status: this.#desk.status() });
      else this.#send({ id, ok: false, code: 'FAILED', message: outcome.message });
      if (this.#socket.readableEnded) this.finish();
    });
  }

  #refuse(id: string, message: string): void {
    this.#send({ id, ok: false, code: 'BAD_REQUEST', message });
  }

  #send(message: Reply | Push): void {
    if (!this.#socket.writable) return;
    // As bytes: of a text the socket counts the characters.
    const bytes = Buffer.from(`${JSON.stringify(message)}\n`);
    if (this.#socket.writableLength + bytes.length > maxUnreadBytes) this.#socket.destroy();
    else this.#socket.write(bytes);
  }
}
