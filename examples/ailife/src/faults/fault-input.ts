import { Refusal } from '../http/reply.ts';

type Body = Record<string, unknown>;

/** Fields of a switch's body, each refused with 400 by its name. `fallback` is used when the field is absent. */
export function flag(body: Body, name: string, fallback: boolean): boolean {
  const value = body[name] ?? fallback;
  if (typeof value !== 'boolean') throw new Refusal(400, `"${name}" must be true or false.`);
  return value;
}

export function whole(body: Body, name: string, fallback: number, max: number): number {
  const value = body[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw new Refusal(400, `"${name}" must be a whole number from 0 to ${max}.`);
  }
  return value;
}

export function oneOf<T extends string>(body: Body, name: string, allowed: readonly T[], fallback?: T): T {
  const value = body[name] ?? fallback;
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Refusal(400, `"${name}" must be one of ${allowed.join(', ')}.`);
  return found;
}

export function onlyKnown(body: Body, names: readonly string[]): void {
  const unknown = Object.keys(body).filter((key) => !names.includes(key));
  if (unknown.length > 0)
    throw new Refusal(400, `Unknown field ${unknown.join(', ')}; known: ${names.join(', ') || 'none'}.`);
}
