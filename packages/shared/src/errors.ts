import { type ErrorCode, errorCatalog } from './error-catalog.ts';

export interface OpsErrorOptions {
  /** What the operator can do about it, one imperative sentence. */
  hint?: string;
  /** Overrides the catalog when one cause of a code can be retried and another cannot. */
  retryable?: boolean;
  cause?: unknown;
  /** Machine-readable details: they become log fields and problem+json members. */
  fields?: Record<string, unknown>;
}

/** An error for the operator at 3 a.m.: a code from the catalog, what happened, what to do, whether trying again can help. */
export class OpsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  readonly fields: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: OpsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OpsError';
    this.code = code;
    this.hint = options.hint ?? errorCatalog[code].hint;
    this.retryable = options.retryable ?? errorCatalog[code].retryable;
    this.fields = options.fields ?? {};
  }
}

/** Narrows an unknown thrown value to an `OpsError`; anything else becomes `UNEXPECTED` with the original as its cause. */
export function asOpsError(error: unknown): OpsError {
  if (error instanceof OpsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new OpsError('UNEXPECTED', message, { cause: error });
}

/** True for a Node system error with this code, such as `ENOENT`. */
export function hasErrno(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
