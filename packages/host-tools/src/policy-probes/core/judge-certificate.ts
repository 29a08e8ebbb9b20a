import { bad, good, inWords, type Verdict } from '../verdict.ts';

export interface CertificateLook {
  /** Epoch ms. */
  validFrom: number;
  validTo: number;
  /** Why it is not trusted, by its chain or its name; null when it is. */
  distrust: string | null;
}

/** A certificate is trusted and will be for a while. Its end comes first: that is the reason an operator can act on. */
export function judgeCertificate(
  { validFrom, validTo, distrust }: CertificateLook,
  minValidMs: number,
  now: number,
): Verdict {
  const leftMs = validTo - now;
  const measured = { value: Math.round(leftMs / 360_000) / 10, unit: 'h' } as const;
  if (leftMs <= 0) return bad(`its certificate ended ${inWords(-leftMs)} ago`, measured);
  if (validFrom > now) return bad(`its certificate begins in ${inWords(validFrom - now)}`, measured);
  if (distrust !== null) return bad(`its certificate is not trusted: ${distrust}`, measured);
  const left = `its certificate ends in ${inWords(leftMs)}`;
  return leftMs < minValidMs ? bad(`${left}, under ${inWords(minValidMs)}`, measured) : good(left, measured);
}
