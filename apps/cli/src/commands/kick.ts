import { randomUUID } from 'node:crypto';
import { readSecret } from '@yoban/shared/config/secrets';
import { isoTime } from '@yoban/shared/contracts/time';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { kickRefusal } from '@yoban/shared/kick/kick-refusal';
import { leaveKick } from '@yoban/shared/kick/kick-slot';
import type { KickConfig } from '@yoban/shared/policy/fault-config';
import { z } from 'zod';
import { audited } from '../audited.ts';
import { type CommandContext, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { openKitApi } from '../kit-api.ts';
import { needed } from '../needed.ts';

const Accepted = z.object({ id: z.string(), service: z.string(), action: z.string() });
/** Nobody took the request: then the slot file is what is left. */
const awayCodes: readonly string[] = ['KIT_NOT_RUNNING', 'KIT_DOWN', 'BUS_UNAVAILABLE'];

interface Asked {
  service: string;
  action: string;
  source: string;
  id: string;
}

/**
 * `kick ACTION --source S [--service X]`: asks the watchdog for a repair in its next cycle (W6), over the kit's API, or by the one-slot
 * file where that is away. The token comes from the environment, as yoban.yml names it, or from standard input.
 */
export const kick: RunCommand = async (context, given) => {
  const { out, words } = context;
  const action = needed(given.args[0], 'action', words);
  const source = needed(textOption(given, 'source'), '--source', words);
  const { service, config } = pickKicked(context, textOption(given, 'service'));
  const asked = { service, action, source, id: randomUUID() };
  const token = await tokenOf(context, config);
  const details = { action, source, id: asked.id };
  const via = await audited(context, { action: 'kick', target: service, details }, () =>
    askFor(context, asked, config, token),
  );
  out.result({ ...asked, via }, () => out.line(via === 'http' ? words.kick.asked(action) : words.kick.left(action)));
  return exitCodes.fine;
};

async function askFor(
  context: CommandContext,
  asked: Asked,
  config: KickConfig,
  token: string,
): Promise<'http' | 'file'> {
  try {
    const api = openKitApi(context, { key: token, wrongKey: context.words.kick.wrongToken });
    await api.post('/api/kicks', asked, Accepted);
    return 'http';
  } catch (error) {
    if (!awayCodes.includes(asOpsError(error).code)) throw error;
  }
  leave(context, asked, config, token);
  return 'file';
}

/** Throws OpsError FORBIDDEN, REQUEST_INVALID, or CONFLICT where another request lies there. */
function leave({ words, found, io }: CommandContext, asked: Asked, config: KickConfig, token: string): void {
  const refusal = kickRefusal(config, asked);
  if (refusal === 'action_not_allowed')
    throw new OpsError('FORBIDDEN', words.kick.notAllowed(asked.action, config.allow.join(', ')));
  if (refusal !== null) throw new OpsError('REQUEST_INVALID', words.kick.badSource(asked.source, config.sourcePattern));
  const { state } = found().kit.paths;
  if (!leaveKick(state, { ...asked, via: 'file', at: isoTime(io.now()) }, token))
    throw new OpsError('CONFLICT', words.kick.slotTaken);
}

/** Throws OpsError USAGE, or FORBIDDEN where nothing may be kicked. */
function pickKicked({ found, words }: CommandContext, wanted: string | undefined) {
  const all = Object.entries(found().kit.config.services).flatMap(([service, { kick: config }]) =>
    config ? [{ service, config }] : [],
  );
  const names = all.map(({ service }) => service).join(', ');
  const [one, ...others] = all.filter(({ service }) => wanted === undefined || service === wanted);
  if (!one) throw new OpsError('FORBIDDEN', words.kick.off(wanted ?? null), { hint: words.kick.offHint });
  if (others.length > 0) throw new OpsError('USAGE', words.kick.several(names), { hint: words.kick.severalHint });
  return one;
}

/** Throws OpsError UNAUTHORIZED where there is none. */
async function tokenOf({ io, found, words }: CommandContext, { token: ref }: KickConfig): Promise<string> {
  const token = readSecret(ref, found().env) ?? (await io.readLine());
  if (token) return token;
  throw new OpsError('UNAUTHORIZED', words.kick.noToken, {
    hint: words.kick.noTokenHint('env' in ref ? ref.env : ref.file),
  });
}
