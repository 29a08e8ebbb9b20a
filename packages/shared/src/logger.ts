import { type DestinationStream, type Logger, pino } from 'pino';

/** Names under which secrets travel through log fields; kept in this one place. */
const redacted = ['password', 'token', 'key', 'apiKey', 'authorization', 'cookie', 'secret', 'url'].flatMap((name) => [
  `*.${name}`,
  `*.*.${name}`,
  `headers.${name}`,
]);

export type Log = Logger;

/**
 * JSON lines on stdout: the supervisor owns the file and its rotation. Fields stay English; every line has `event`.
 * `url` is redacted because webhook addresses are secrets; log `host` instead.
 */
export function createLogger(service: string, level = 'info', destination?: DestinationStream): Log {
  return pino(
    {
      level,
      base: { service },
      messageKey: 'message',
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redacted, censor: '[redacted]' },
    },
    // At 0, pino's default, a flush waits for nothing: the last line of a process could be on its way when it ends.
    destination ?? pino.destination({ fd: 1, sync: false, minLength: 1 }),
  );
}
