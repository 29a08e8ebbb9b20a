import { readSecret } from '@yoban/shared/config/secrets';
import { OpsError } from '@yoban/shared/errors';
import type { ActionConfigOf } from '@yoban/shared/policy/action-config';
import { z } from 'zod';
import { type ObsSession, openObs } from '../obs/open-obs.ts';
import type { ActionAround, ActionOutcome } from './action.ts';

const Inputs = z.object({ inputs: z.array(z.object({ inputName: z.string() })) });
const notFound = 600;

/**
 * Presses "Refresh cache of current page" of a browser source, or of all, so that OBS shows the page as it is now (S2). Ends at the
 * action's limit, at once when the signal fires, and does not reject for what OBS says.
 */
export async function refreshObs(
  { url, password, source, timeout }: ActionConfigOf<'obs_refresh'>,
  { env }: Pick<ActionAround, 'env'>,
  outer: AbortSignal,
): Promise<Pick<ActionOutcome, 'ok' | 'timedOut' | 'detail'>> {
  const limit = AbortSignal.timeout(timeout);
  const signal = AbortSignal.any([limit, outer]);
  const outcome = (ok: boolean, detail: string) => ({ ok, timedOut: !ok && limit.aborted, detail });
  let session: ObsSession | null = null;
  try {
    session = await openObs({ url, password: password ? readSecret(password, env) : null }, signal);
    const sources = source === undefined ? await everySource(session, signal) : [source];
    for (const name of sources) await pressRefresh(session, name, signal);
    return outcome(true, `OBS refreshed ${sources.join(', ')}`);
  } catch (error) {
    if (!(error instanceof OpsError)) throw error;
    return outcome(false, error.message);
  } finally {
    session?.close();
  }
}

async function pressRefresh(session: ObsSession, source: string, signal: AbortSignal): Promise<void> {
  try {
    const button = { inputName: source, propertyName: 'refreshnocache' };
    await session.request('PressInputPropertiesButton', button, signal);
  } catch (error) {
    if (!(error instanceof OpsError && error.fields.status === notFound)) throw error;
    const names = await browserSources(session, signal);
    if (names.includes(source)) throw error;
    const there = names.length > 0 ? names.join(', ') : 'none';
    throw new OpsError('OBS_REFUSED', `OBS has no browser source "${source}" (there are: ${there})`, { cause: error });
  }
}

async function everySource(session: ObsSession, signal: AbortSignal): Promise<string[]> {
  const names = await browserSources(session, signal);
  if (names.length === 0) throw new OpsError('OBS_REFUSED', 'OBS has no browser source');
  return names;
}

async function browserSources(session: ObsSession, signal: AbortSignal): Promise<string[]> {
  const parsed = Inputs.safeParse(await session.request('GetInputList', { inputKind: 'browser_source' }, signal));
  return parsed.success ? parsed.data.inputs.map((input) => input.inputName) : [];
}
