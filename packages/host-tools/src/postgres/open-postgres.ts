import { Socket } from 'node:net';
import { connectionString } from './postgres-address.ts';

/** One connection to PostgreSQL or pgbouncer. */
export interface PostgresSession {
  /** Rows by column name; none for a text of several statements. Text goes to the server as it is (the simple protocol, the only one pgbouncer's console speaks). */
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Calls back for each NOTIFY on a channel that was LISTENed to. */
  onNotice(heard: (channel: string, payload: string) => void): void;
  close(): void;
}

const goodbyeMs = 500;

/**
 * Connects by an address such as postgres://user:password@host:5432/name. The signal cuts the connection at any time, also
 * later. @throws the errors of `pg`: a SQLSTATE or the system's code in `code`
 */
export async function openPostgres(url: string, signal: AbortSignal): Promise<PostgresSession> {
  const { Client } = await import('pg');
  const socket = new Socket();
  const options = { fallback_application_name: 'yoban', stream: () => socket };
  const client = new Client({ connectionString: connectionString(url), ...options });
  // The next query tells of a connection that broke; unheard, the event would end this process.
  client.on('error', () => undefined);
  const cut = () => socket.destroy();
  if (signal.aborted) cut();
  signal.addEventListener('abort', cut);
  const close = () => {
    signal.removeEventListener('abort', cut);
    void client.end();
    setTimeout(cut, goodbyeMs).unref();
  };
  try {
    await client.connect();
  } catch (error) {
    close();
    cut();
    throw error;
  }
  return {
    query: async (text) => {
      const result = await client.query<Record<string, unknown>>(text);
      // Of several statements in one text, `pg` gives a list.
      return Array.isArray(result) ? [] : result.rows;
    },
    onNotice: (heard) => client.on('notification', ({ channel, payload }) => heard(channel, payload ?? '')),
    close,
  };
}
