import type { JsonRule } from '@yoban/shared/policy/probe-config';

type Found = { there: true; value: unknown } | { there: false };

/** The value that a JSON Pointer names (RFC 6901); array places are plain numbers. */
export function pointAt(document: unknown, pointer: string): Found {
  let value = document;
  const steps = pointer === '' ? [] : pointer.slice(1).split('/');
  for (const step of steps.map((text) => text.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return { there: false };
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return { there: false };
    value = Reflect.get(value, step);
  }
  return { there: true, value };
}

/** Why a document breaks a rule, or null when it holds. Values are compared as values: no text is searched for. `now` = epoch ms. */
export function brokenRule(rule: JsonRule, document: unknown, now: number): string | null {
  const found = pointAt(document, rule.path);
  const name = rule.path || 'the document';
  if (rule.exists === false) return found.there ? `${name} is there` : null;
  if (!found.there) return `${name} is not there`;
  const { value } = found;
  const reasons = [
    rule.equals !== undefined && value !== rule.equals && `not ${shown(rule.equals)}`,
    rule.in && !rule.in.some((one) => one === value) && `none of ${rule.in.map(shown).join(', ')}`,
    rule.lte !== undefined && !(typeof value === 'number' && value <= rule.lte) && `not at most ${rule.lte}`,
    rule.gte !== undefined && !(typeof value === 'number' && value >= rule.gte) && `not at least ${rule.gte}`,
    rule.maxAge !== undefined && tooOld(value, rule.maxAge, now),
  ].filter((reason) => typeof reason === 'string');
  return reasons.length === 0 ? null : `${name} is ${shown(value)}, ${reasons.join(', ')}`;
}

function tooOld(value: unknown, maxAgeMs: number, now: number): string | false {
  const time = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) return 'not a time';
  return now - time > maxAgeMs && `${Math.round((now - time) / 1_000)} s old, over ${maxAgeMs / 1_000} s`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
