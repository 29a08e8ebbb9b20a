import { MINUTE } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { type Effect, quiet, type Step } from './effect.ts';

const BadKind = z.enum(['missing', 'not-sqlite', 'corrupt']);
type BadKind = z.infer<typeof BadKind>;

export const DatabaseState = z.discriminatedUnion('at', [
  z.object({ at: z.literal('unseen'), since: z.number() }),
  z.object({ at: z.literal('ok'), fileId: z.string().nullable() }),
  z.object({ at: z.literal('suspect'), kind: BadKind, since: z.number() }),
  z.object({
    at: z.literal('bad'),
    kind: BadKind,
    since: z.number(),
    incidentId: z.string(),
    fileId: z.string().nullable(),
  }),
]);
export type DatabaseState = z.infer<typeof DatabaseState>;

export type DatabaseEvent =
  | {
      type: 'look';
      state: 'ok' | 'empty' | 'missing' | 'not-sqlite' | 'unreadable';
      detail: string | null;
      fileId: string | null;
    }
  | { type: 'integrity'; state: 'ok' | 'corrupt'; detail: string | null; fileId: string | null };

export interface DatabasePolicy {
  service: string;
  db: string;
}

export interface DatabaseStep extends Step<DatabaseState> {
  /** The file is new to us or readable again: only an integrity check can say that it is sound. */
  wantsIntegrity: boolean;
}

/** An app that is being set up makes its database some time after we first looked for it. */
const firstFileWaitMs = MINUTE;

/**
 * One step of a database's fault at `now` (epoch ms). A bad look counts when the next one says the same; the integrity check's
 * word counts at once, and only it ends a fault.
 */
export function stepDatabase(
  state: DatabaseState,
  event: DatabaseEvent,
  policy: DatabasePolicy,
  now: number,
): DatabaseStep {
  if (event.type === 'integrity') return { ...integrityKnown(state, event, policy, now), wantsIntegrity: false };
  if (event.state === 'unreadable') return { ...quiet(state), wantsIntegrity: false };
  if (event.state === 'ok') return soundLook(state, event.fileId);
  const kind: BadKind = event.state === 'not-sqlite' ? 'not-sqlite' : 'missing';
  const detail = detailOf(event.state, event.detail);
  return { ...badLook(state, kind, { detail, fileId: event.fileId }, policy, now), wantsIntegrity: false };
}

function soundLook(state: DatabaseState, fileId: string | null): DatabaseStep {
  switch (state.at) {
    case 'ok': {
      const replaced = state.fileId !== fileId;
      return { ...quiet({ at: 'ok', fileId }, replaced ? 'file_replaced' : null), wantsIntegrity: replaced };
    }
    case 'unseen':
    case 'suspect':
      return { ...quiet({ at: 'ok', fileId }, 'file_found'), wantsIntegrity: true };
    case 'bad': {
      const changed = state.kind !== 'corrupt' || state.fileId !== fileId;
      return { ...quiet({ ...state, fileId }), wantsIntegrity: changed };
    }
    default:
      return state satisfies never;
  }
}

interface Found {
  detail: string;
  fileId: string | null;
}

function badLook(
  state: DatabaseState,
  kind: BadKind,
  found: Found,
  policy: DatabasePolicy,
  now: number,
): Step<DatabaseState> {
  if (state.at === 'bad') return quiet({ ...state, fileId: found.fileId });
  if (state.at === 'unseen' && kind === 'missing' && now - state.since < firstFileWaitMs) return quiet(state);
  if (state.at !== 'suspect') return quiet({ at: 'suspect', kind, since: now }, 'suspect');
  return goBad(kind, state.since, found, policy);
}

function integrityKnown(
  state: DatabaseState,
  event: Extract<DatabaseEvent, { type: 'integrity' }>,
  policy: DatabasePolicy,
  now: number,
): Step<DatabaseState> {
  const { fileId } = event;
  if (event.state === 'corrupt') {
    if (state.at === 'bad') return quiet({ ...state, kind: 'corrupt', fileId });
    const since = state.at === 'suspect' ? state.since : now;
    return goBad('corrupt', since, { detail: event.detail ?? 'the integrity check failed', fileId }, policy);
  }
  if (state.at !== 'bad') return quiet({ at: 'ok', fileId });
  const { incidentId } = state;
  const clear: Effect = {
    do: 'clear',
    incidentId,
    alertType: 'database_corrupt',
    recoveredBy: 'operator',
    params: { db: policy.db },
  };
  return { state: { at: 'ok', fileId }, effects: [clear], reason: 'recovered' };
}

function goBad(kind: BadKind, since: number, found: Found, policy: DatabasePolicy): Step<DatabaseState> {
  const incidentId = `${policy.service}-database-${policy.db}-${since}`;
  const raise: Effect = {
    do: 'raise',
    incidentId,
    alertType: 'database_corrupt',
    detectedAt: since,
    cause: found.detail,
    params: { db: policy.db, detail: found.detail },
  };
  return { state: { at: 'bad', kind, since, incidentId, fileId: found.fileId }, effects: [raise], reason: kind };
}

function detailOf(state: 'empty' | 'missing' | 'not-sqlite', detail: string | null): string {
  if (state === 'empty') return 'the file is empty';
  if (state === 'missing') return 'the file is missing';
  return `the file is not a SQLite database (${detail ?? 'unknown'})`;
}
