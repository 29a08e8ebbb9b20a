import { createLogger, type Log } from '../logger.ts';

/** A log that keeps its lines, so that a test can ask what an operator would have read. */
export function createTestLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('test', 'debug', { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { log, lines };
}
