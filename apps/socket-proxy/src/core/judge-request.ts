import type { EngineCall, Refusal } from './engine-call.ts';
import { isTimeout, readFlag, readLabels, readQuery } from './read-query.ts';

export interface RequestLine {
  method: string;
  /** As it came over the wire, nothing decoded. */
  target: string;
  /** Names in lower case, as node:http gives them. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface Allowed {
  /** Version of the API asked for, as `/v1.45`; empty where none was. */
  api: string;
  call: EngineCall;
}

/**
 * Letters, digits and `_.-` between single slashes: an escape, a doubled slash, a `..`, a backslash or an address with a host in
 * it matches nothing, so nobody has to agree with the engine about what such a thing means.
 */
const whole =
  /^(?<api>\/v1\.\d{1,3})?\/(?:(?<bare>_ping|version|events|containers\/json)|containers\/(?<container>[A-Za-z0-9][A-Za-z0-9_.-]{0,127})\/(?<what>json|stats|start|stop|restart))$/;

const asked = { json: 'inspect', stats: 'stats', start: 'start', stop: 'stop', restart: 'restart' } as const;

/** Decides about one request from its parts. What may pass comes back as a call of ours; everything else as a refusal. */
export function judgeRequest(request: RequestLine): Allowed | Refusal {
  const { method, target } = request;
  if (method !== 'GET' && method !== 'POST') return { reason: 'method', detail: 'only GET and POST are let through' };
  const [path = '', ...rest] = target.split('?');
  const { api = '', bare, container, what } = whole.exec(path)?.groups ?? {};
  const call = bare
    ? bareCall(method, bare, rest.join('?'))
    : container && isAsked(what)
      ? containerCall(method, { container, what, query: rest.join('?') })
      : noSuchCall;
  if ('reason' in call) return call;
  return headerRefusal(request.headers) ?? { api, call };
}

const noSuchCall: Refusal = {
  reason: 'path',
  detail: 'this part of the engine is not let through, or its address is not in its plain form',
};

const isAsked = (what: string | undefined): what is keyof typeof asked => what !== undefined && what in asked;

function bareCall(method: string, path: string, text: string): EngineCall | Refusal {
  if (method !== 'GET') return noSuchCall;
  const isList = path === 'containers/json';
  const takesFilters = isList || path === 'events';
  const query = readQuery(text, [...(takesFilters ? ['filters'] : []), ...(isList ? ['all'] : [])]);
  if ('reason' in query) return query;
  if (!takesFilters) return { do: path === 'version' ? 'version' : 'ping' };
  const labels = readLabels(query.get('filters'));
  if ('reason' in labels) return labels;
  if (!isList) return { do: 'events', labels };
  const all = readFlag(query.get('all'));
  return all === null ? { reason: 'query', detail: 'all is 1 or 0' } : { do: 'list', all, labels };
}

interface ContainerPath {
  container: string;
  what: keyof typeof asked;
  query: string;
}

function containerCall(method: string, { container, what, query: text }: ContainerPath): EngineCall | Refusal {
  const name = asked[what];
  if (name === 'inspect' || name === 'stats') {
    if (method !== 'GET') return noSuchCall;
    // A single sample is all that is ever asked of the engine; whoever asks for a stream gets one.
    const query = readQuery(text, name === 'stats' ? ['stream', 'one-shot'] : []);
    return 'reason' in query ? query : { do: name, container };
  }
  if (method !== 'POST') return noSuchCall;
  const query = readQuery(text, ['t']);
  if ('reason' in query) return query;
  const timeout = query.get('t') ?? null;
  if (timeout !== null && !isTimeout(timeout)) return { reason: 'query', detail: 't is a number of seconds up to 600' };
  return { do: name, container, timeoutS: timeout === null ? null : Number(timeout) };
}

/** A body has no use here; an upgrade would be a pipe into the engine; a browser has no business here, whatever page it shows. */
function headerRefusal(headers: RequestLine['headers']): Refusal | null {
  const bodyBytes = headers['content-length'] ?? '0';
  if (bodyBytes !== '0' || headers['transfer-encoding'] !== undefined) {
    return { reason: 'body', detail: 'a request has no body here' };
  }
  const unwanted = ['upgrade', 'expect', 'origin', 'sec-fetch-site'].find((name) => headers[name] !== undefined);
  return unwanted === undefined ? null : { reason: 'header', detail: `the header ${unwanted} is not let through` };
}
