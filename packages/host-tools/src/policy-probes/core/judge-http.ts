import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import type { HttpLook } from '../../probes/http.ts';
import { bad, good, inWords, type Verdict } from '../verdict.ts';
import { brokenRule } from './json-rules.ts';

export type HttpExpectation = Pick<ProbeConfigOf<'http'>, 'status' | 'json' | 'contains' | 'maxLatency'>;

/** What an answer is worth. `now` = epoch ms, for rules about age. */
export function judgeHttp(look: HttpLook, expected: HttpExpectation, now: number): Verdict {
  if (look.outcome === 'failed') return bad(look.detail);
  const measured = { value: look.latencyMs, unit: 'ms' } as const;
  const reason = brokenBy(look, expected, now);
  return reason === null ? good(`answered ${look.status}`, measured) : bad(reason, measured);
}

type Answered = Extract<HttpLook, { outcome: 'answered' }>;

/** Of Supabase's own statuses, one that somebody has to end by hand (P1). */
const statusText = (status: number): string => (status === 540 ? '540 (the project is paused)' : String(status));

function brokenBy(look: Answered, { status, json, contains, maxLatency }: HttpExpectation, now: number): string | null {
  if (!status.includes(look.status)) return `answered ${statusText(look.status)}, not ${status.join(' or ')}`;
  if (maxLatency !== undefined && look.latencyMs > maxLatency)
    return `answered in ${inWords(look.latencyMs)}, over ${inWords(maxLatency)}`;
  const missing = contains.find((text) => !look.body.includes(text));
  if (missing !== undefined) return `its answer does not contain "${missing}"`;
  return json.length === 0 ? null : brokenJson(look, json, now);
}

function brokenJson({ body, bodyCut }: Answered, rules: HttpExpectation['json'], now: number): string | null {
  if (bodyCut) return 'its answer is too long to be read';
  const document = parsed(body);
  if (!document) return `its answer is not JSON but ${kindOf(body)}`;
  for (const rule of rules) {
    const reason = brokenRule(rule, document.value, now);
    if (reason !== null) return reason;
  }
  return null;
}

function parsed(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function kindOf(body: string): string {
  const text = body.trimStart();
  if (text === '') return 'empty';
  if (text.startsWith('<')) return 'HTML';
  return /^[[{]/.test(text) ? 'JSON that breaks off or is misspelt' : 'some other text';
}
