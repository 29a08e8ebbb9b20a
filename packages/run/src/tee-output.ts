import type { Readable } from 'node:stream';
import type { LogFile } from './log-file.ts';
import type { Sink } from './sink.ts';

/** Carries what the app writes to our own output and to its log, chunk by chunk: the app waits where a reader of ours waits. */
export async function teeOutput(from: Readable, sink: Sink, log: LogFile): Promise<void> {
  try {
    for await (const chunk of from) await Promise.all([sink.write(chunk), log.write(chunk)]);
  } catch (error) {
    // The app's end of the pipe was torn off; all that came through it was carried.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
