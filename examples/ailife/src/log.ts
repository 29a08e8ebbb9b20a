export type LogFields = { event: string } & Record<string, unknown>;

export interface Log {
  info(fields: LogFields): void;
  warn(fields: LogFields): void;
  error(fields: LogFields): void;
}

/** One line of JSON an event on standard output, where pm2 picks it up. */
export function createLog(service: string): Log {
  const line = (level: string) => (fields: LogFields) =>
    console.log(JSON.stringify({ time: new Date().toISOString(), level, service, ...fields }));
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** What a log line says of an error: code and message first (`SQLITE_CORRUPT: …`), the stack beside it. */
export function errorFields(error: unknown): { error: string; stack?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return { error: `${code}${error.message}`, ...(error.stack !== undefined && { stack: error.stack }) };
}
