import { stat } from 'node:fs/promises';
import path from 'node:path';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { hasErrno } from '@yoban/shared/errors';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { z } from 'zod';
import { createAge } from './core/log-lines.ts';
import { keptHits, type LogHit, summariseHits } from './core/log-record.ts';
import { memoryOf } from './file-memory.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { LogPlace, readNewLines } from './read-new-lines.ts';
import { bad, good, unknown, type Verdict } from './verdict.ts';

const LogState = z.object({
  place: LogPlace.nullable(),
  /** Start of the process whose lines are counted, epoch ms; null while none was seen. */
  startedAt: z.number().nullable(),
  hits: z.array(z.object({ at: z.number(), pattern: z.string(), count: z.number() })),
});
type LogState = z.infer<typeof LogState>;

const nothingRead: LogState = { place: null, startedAt: null, hits: [] };
/** How far back a first look reads for lines since the start. */
const firstTailBytes = 1_048_576;
/** Times in logs are often cut to the second. */
const secondMs = 1_000;

/**
 * Patterns in what a log has got since the last look, or since the service was started (V4). What was seen keeps counting for
 * half an interval: a look in between, for a step of a ladder, must not find it read already.
 */
export function createLogProbe(config: ProbeConfigOf<'log'>, around: ProbeAround): PolicyProbe {
  const file = path.resolve(around.baseDir, config.path);
  const memory = memoryOf(config, around);
  const late = (limit: string) => unknown(`it could not be read within ${limit}`);
  let state: LogState | null = null;
  const inTurn = createOneAtATime();
  const read = async (signal: AbortSignal): Promise<Verdict> => {
    signal.throwIfAborted();
    const missing = await whyUnreadable(file);
    if (missing !== null) return unknown(missing);
    const before = state ?? remembered(memory.load());
    const next = await readOn(before, { config, file, around, signal });
    signal.throwIfAborted();
    state = next;
    if (JSON.stringify(next) !== JSON.stringify(before)) memory.save(JSON.stringify(next));
    return judge(next, config, around.now());
  };
  return {
    look: framedLook({ timeoutMs: config.timeout, now: around.now, late }, (signal) =>
      // Two at once would both take the same lines for new.
      inTurn(() => read(signal)),
    ),
    close: () => undefined,
  };
}

const remembered = (text: string | null): LogState =>
  (text === null ? undefined : jsonText(LogState).safeParse(text).data) ?? nothingRead;

async function whyUnreadable(file: string): Promise<string | null> {
  try {
    return (await stat(file)).isFile() ? null : 'it is no file';
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return 'there is no such file';
    if (hasErrno(error, 'EACCES', 'EPERM')) return 'this user may not read it';
    throw error;
  }
}

interface LogAround {
  config: ProbeConfigOf<'log'>;
  file: string;
  around: ProbeAround;
  signal: AbortSignal;
}

async function readOn(before: LogState, { config, file, around, signal }: LogAround): Promise<LogState> {
  const now = around.now();
  const sinceStart = config.since === 'last_start';
  const startedAt = (sinceStart ? around.process()?.startedAt : null) ?? before.startedAt;
  const isNewStart = startedAt !== null && startedAt !== before.startedAt;
  // Only what is new since the last look can be of the time before the start, too.
  const counts = isNewStart ? createAge(startedAt - secondMs, before.place !== null) : () => true;
  const patterns = config.match.map((text) => ({ text, pattern: new RegExp(text, 'u') }));
  const found = new Map<string, number>();
  const onLine = (line: string): boolean => {
    const hits = counts(line) ? patterns.filter(({ pattern }) => pattern.test(line)) : [];
    for (const { text } of hits) found.set(text, (found.get(text) ?? 0) + 1);
    return hits.length > 0;
  };
  const firstBytes = isNewStart ? firstTailBytes : 0;
  const place = await readNewLines({ file, place: before.place, firstBytes, onLine, signal });
  const fresh: LogHit[] = [...found].map(([pattern, count]) => ({ at: now, pattern, count }));
  return { place, startedAt, hits: keptHits([...before.hits, ...fresh], sinceStart ? (startedAt ?? 0) : now, now) };
}

function judge({ startedAt, hits }: LogState, { since, every }: ProbeConfigOf<'log'>, now: number): Verdict {
  const from = since === 'last_start' ? (startedAt ?? 0) : now - every / 2;
  const { count, detail } = summariseHits(hits, from, now);
  const measured = { value: count, unit: 'count' } as const;
  return count === 0
    ? good(detail, measured)
    : bad(`${detail} since ${since === 'last_start' ? 'its start' : 'the last look'}`, measured);
}
