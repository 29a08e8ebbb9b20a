import type { Fake, FakeOptions } from './fake-script.ts';
import { fieldOf, jsonBody } from './json-body.ts';
import { type Answer, type LoggedRequest, startLoopbackHttp } from './loopback-http.ts';

/** One event that PagerDuty took: it changed an incident (`accepted`), or found it so already (`repeated`). */
export interface PagerdutyEvent {
  at: number;
  action: string;
  dedupKey: string;
  /** Null for what needs none. */
  severity: string | null;
  summary: string | null;
  details: string | null;
  outcome: 'accepted' | 'repeated';
}

export interface FakePagerduty extends Fake<LoggedRequest> {
  events(): PagerdutyEvent[];
}

type Incident = 'triggered' | 'acknowledged' | 'resolved';
const after: Readonly<Record<string, Incident>> = {
  trigger: 'triggered',
  acknowledge: 'acknowledged',
  resolve: 'resolved',
};

/** PagerDuty's Events API v2 for one integration, `key`. Incidents are told apart by their dedup key. */
export async function startFakePagerduty(options: FakeOptions & { key: string }): Promise<FakePagerduty> {
  const incidents = new Map<string, Incident>();
  const taken: PagerdutyEvent[] = [];
  const answer = (request: LoggedRequest): Answer => {
    if (request.method !== 'POST' || request.path !== '/v2/enqueue') return json(404, { status: 'not found' });
    const body = jsonBody(request.body);
    const wrong = problemOf(body, options.key);
    if (!body || wrong !== null) {
      return json(400, { status: 'invalid event', message: 'Event object is invalid', errors: [wrong] });
    }
    const dedupKey = String(body.dedup_key);
    const action = String(body.event_action);
    const changed = change(incidents.get(dedupKey), action);
    if (changed !== null) incidents.set(dedupKey, changed);
    taken.push({ ...eventOf(request, body), action, dedupKey, outcome: changed === null ? 'repeated' : 'accepted' });
    return json(202, { status: 'success', message: 'Event processed', dedup_key: dedupKey });
  };
  const server = await startLoopbackHttp({ ...options, answer });
  return { ...server, events: () => taken };
}

/** What an event makes of an incident, null where nothing changes: only a trigger opens one. */
function change(now: Incident | undefined, action: string): Incident | null {
  const next = after[action] ?? null;
  const open = now === 'triggered' || now === 'acknowledged';
  if (next === 'triggered') return open ? null : next;
  return open && next !== now ? next : null;
}

function problemOf(body: Record<string, unknown> | null, key: string): string | null {
  if (!body) return 'body is not JSON';
  if (body.routing_key !== key) return "'routing_key' is invalid";
  if (after[String(body.event_action)] === undefined) return "'event_action' is invalid";
  if (typeof body.dedup_key !== 'string' || body.dedup_key.length > 255) return "'dedup_key' is too long";
  const summary = fieldOf(body.payload, 'summary');
  const isTold = typeof summary === 'string' && summary !== '' && summary.length <= 1_024;
  return body.event_action !== 'trigger' || isTold ? null : "'payload.summary' is missing or too long";
}

function eventOf({ at }: LoggedRequest, { payload }: Record<string, unknown>) {
  const text = (value: unknown): string | null => (value === undefined ? null : String(value));
  return {
    at,
    severity: text(fieldOf(payload, 'severity')),
    summary: text(fieldOf(payload, 'summary')),
    details: text(fieldOf(fieldOf(payload, 'custom_details'), 'text')),
  };
}

const json = (status: number, body: object): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
