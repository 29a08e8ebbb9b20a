import { jsonText } from '@yoban/shared/contracts/json-text';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { z } from 'zod';
import { askOnce } from './ask-once.ts';
import { addSample, type Sample, type Trend, trendOf } from './core/trend.ts';
import { memoryOf } from './file-memory.ts';
import { framedLook } from './framed-look.ts';
import { residentNow } from './own-process.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { diskSpace } from './resource-meters.ts';
import { bad, good, inWords, unknown, type Verdict } from './verdict.ts';

const Kept = z.object({
  /** Whose figures these are: another process begins with nothing. */
  whose: z.string(),
  samples: z.array(z.tuple([z.number(), z.number(), z.number()])),
});

type ForecastConfig = ProbeConfigOf<'forecast'>;

/** What is in use now, MB, so that more of it is worse; the limit on the same scale. */
interface Use {
  whose: string;
  value: number;
  limit: number;
}

const hourMs = 3_600_000;

/**
 * The disk or the memory limit will not be reached soon (C6). Figures are kept over a restart of ours; a look between two of
 * them costs as little as a plain measurement.
 */
export function createForecastProbe(config: ForecastConfig, around: ProbeAround): PolicyProbe {
  const { metric, over, within, timeout } = config;
  const memory = memoryOf(config, around);
  const measure = metric === 'rss_mb' ? memoryUse(config, around) : askOnce(() => diskUse(config, around));
  const late = (limit: string) => unknown(`${metric} was not to be had within ${limit}`);
  let kept: { whose: string; samples: Sample[] } | null = null;
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now, late }, async (signal) => {
      const use = await measure();
      if (typeof use === 'string') return unknown(use);
      if (signal.aborted) return unknown('broken off');
      const now = around.now();
      kept ??= remembered(memory.load(), now);
      const before = kept.whose === use.whose ? kept.samples : [];
      const samples = addSample(before, { at: now, value: use.value }, over);
      kept = { whose: use.whose, samples };
      if (samples.length !== before.length || samples[0] !== before[0]) memory.save(textOf(kept));
      return judge(trendOf(samples, { limit: use.limit, overMs: over }), config, use, within);
    }),
    close: () => undefined,
  };
}

function remembered(text: string | null, now: number): { whose: string; samples: Sample[] } {
  const kept = text === null ? undefined : jsonText(Kept).safeParse(text).data;
  const samples = (kept?.samples ?? []).map(([at, low, high]) => ({ at, low, high }));
  // A clock that was set back must not leave figures of the future.
  return { whose: kept?.whose ?? '', samples: samples.filter(({ at }) => at <= now) };
}

const textOf = ({ whose, samples }: { whose: string; samples: readonly Sample[] }): string =>
  JSON.stringify({ whose, samples: samples.map(({ at, low, high }) => [at, low, high]) });

async function diskUse({ path, limit }: ForecastConfig, around: ProbeAround): Promise<Use | string> {
  const space = await diskSpace({ ...(path === undefined ? {} : { path }) }, around);
  return space ? { whose: 'disk', value: -space.freeMb, limit: -limit } : 'there is no such folder';
}

/** Without a limit of its own the one at which the supervisor restarts it; asked for once per process. */
function memoryUse({ limit }: ForecastConfig, around: ProbeAround): () => Promise<Use | string> {
  let known: { whose: string; limitMb: number | null } | null = null;
  return async () => {
    const running = around.process();
    const value = residentNow(around);
    if (!running || value === null) return 'no process runs, or it cannot be measured';
    const whose = `${running.pid}/${running.startTicks}`;
    if (limit > 0) return { whose, value, limit };
    if (known?.whose !== whose) known = { whose, limitMb: (await around.supervisor.describe()).memoryLimitMb };
    return known.limitMb === null ? 'it has no memory limit' : { whose, value, limit: known.limitMb };
  };
}

function judge(trend: Trend, { metric }: ForecastConfig, { limit }: Use, within: number): Verdict {
  if (trend.kind === 'early') return unknown(trend.reason);
  if (trend.kind === 'none') return good(trend.reason);
  const perHour = Math.round(trend.perHour * 10) / 10;
  const end = metric === 'rss_mb' ? `${limit} MB` : `${-limit} MB left`;
  const says = `${metric === 'rss_mb' ? 'grows' : 'fills'} by ${perHour} MB an hour, ${end} in ${inWords(trend.hours * hourMs)}`;
  const measured = { value: Math.round(trend.hours * 10) / 10, unit: 'h' } as const;
  return trend.hours * hourMs <= within ? bad(says, measured) : good(says, measured);
}
