import { connect } from 'node:net';
import { lineMaxBytes, RunLine, type RunRequest } from './run-protocol.ts';

export interface RunConnection {
  /** Ends it; nothing is called after that. */
  close(): void;
}

export interface RunListener {
  onLine: (line: RunLine) => void;
  /** Exactly once, unless closed before: why it could not be reached, was cut or said what we do not understand; null = closed in order. */
  onEnd: (why: Error | null) => void;
}

/** One request to a parent over a connection of its own, and every line it says. Never throws. */
export function openRunConnection(socketPath: string, request: RunRequest, listener: RunListener): RunConnection {
  const socket = connect({ path: socketPath });
  let rest = '';
  let failure: Error | null = null;
  let closed = false;
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (Buffer.byteLength(rest) > lineMaxBytes) socket.destroy(new Error(`a line over ${lineMaxBytes} bytes`));
    for (const line of lines) {
      if (closed || socket.destroyed) return;
      const said = RunLine.safeParse(line);
      if (said.success) listener.onLine(said.data);
      else socket.destroy(said.error);
    }
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    if (!closed) listener.onEnd(failure);
  });
  socket.write(`${JSON.stringify({ id: request, do: request })}\n`);
  return {
    close: () => {
      closed = true;
      socket.destroy();
    },
  };
}
