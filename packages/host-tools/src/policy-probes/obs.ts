import { readSecret } from '@yoban/shared/config/secrets';
import { OpsError } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { z } from 'zod';
import { type ObsSession, openObs } from '../obs/open-obs.ts';
import { type FrameCount, judgeStream, type StreamStatus } from './core/judge-stream.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, unknown } from './verdict.ts';

const Status = z.object({
  outputActive: z.boolean(),
  outputReconnecting: z.boolean().default(false),
  outputSkippedFrames: z.number().default(0),
  outputTotalFrames: z.number().default(0),
});

/** OBS is busy with a change of its scenes or profile and answers nothing meanwhile. */
const notReady = 207;
const passwordRefused = 4009;

/**
 * OBS answers by obs-websocket 5, streams where it should, and drops few frames (S2). The session is kept between looks: OBS
 * shows a notice to its user for each new one. `clock` = monotonic ms.
 */
export function createObsProbe(
  config: ProbeConfigOf<'obs'>,
  around: ProbeAround,
  clock: () => number = () => performance.now(),
): PolicyProbe {
  const keep = keptSession(config, around);
  let count: FrameCount | null = null;
  return {
    look: framedLook({ timeoutMs: config.timeout, now: around.now, late }, async (signal) => {
      try {
        const status = await keep.ask('GetStreamStatus', signal);
        const judged = judgeStream(streamOf(status), count, config, clock());
        count = judged.count;
        return judged.verdict;
      } catch (error) {
        if (!(error instanceof OpsError)) throw error;
        if (error.fields.status === notReady) return unknown('OBS is busy with a change of its own');
        // It lives, and it does not let us see how the stream does: our password is at fault.
        if (error.fields.status === passwordRefused) return unknown(error.message);
        return bad(error.message);
      }
    }),
    close: keep.close,
  };
}

const late = (limit: string) => bad(`OBS did not answer within ${limit}`);

function streamOf(answer: Record<string, unknown>): StreamStatus {
  const status = Status.parse(answer);
  return {
    active: status.outputActive,
    reconnecting: status.outputReconnecting,
    droppedFrames: status.outputSkippedFrames,
    totalFrames: status.outputTotalFrames,
  };
}

/** One session for many looks, made when it is needed and made anew when it broke. */
function keptSession({ url, password }: ProbeConfigOf<'obs'>, { env }: ProbeAround) {
  let session: ObsSession | null = null;
  const close = () => {
    session?.close();
    session = null;
  };
  return {
    close,
    ask: async (type: string, signal: AbortSignal): Promise<Record<string, unknown>> => {
      if (!session?.isOpen())
        session = await openObs({ url, password: password ? readSecret(password, env) : null }, signal);
      const asked = session;
      try {
        return await asked.request(type, {}, signal);
      } catch (error) {
        // A line on which no answer came may be dead: the next look begins with a new one.
        if (!(error instanceof OpsError && error.code === 'OBS_REFUSED')) asked.close();
        if (session === asked && !asked.isOpen()) session = null;
        throw error;
      }
    },
  };
}
