import { type CompressRequest, compress, type Packed } from './compress.ts';
import { checkContent, requireGood } from './verify.ts';

export interface VerifyAndPackRequest extends CompressRequest {
  requiredTables: readonly string[];
  /** What a bad verdict is about, for its message: the database rather than the hidden copy. */
  subject: string;
}

/**
 * Checks a plain copy (B3) and packs it side by side, on the same bytes that nobody else writes. A copy that is not good ends
 * the packing, and leaves no packed file.
 * @throws OpsError as `requireGood` and `compress`.
 */
export async function verifyAndPack(request: VerifyAndPackRequest): Promise<Packed> {
  const stop = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const packing = compress({ ...request, signal });
  try {
    const [packed] = await Promise.all([
      packing,
      checkContent(request.source, request.requiredTables).then((verdict) => requireGood(verdict, request.subject)),
    ]);
    return packed;
  } catch (error) {
    stop.abort();
    await packing.catch(() => undefined);
    throw error;
  }
}
