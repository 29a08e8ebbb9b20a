import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { createMeter } from './resource-meters.ts';
import { bad, good, unknown } from './verdict.ts';

/** One number of the service, its disk or its host is within its limits (C2). Without limits it is measured only. */
export function createResourceProbe(config: ProbeConfigOf<'resource'>, around: ProbeAround): PolicyProbe {
  const { metric, min, max, timeout } = config;
  const meter = createMeter(metric, config, around);
  const late = (limit: string) => unknown(`${metric} was not to be had within ${limit}`);
  return {
    look: framedLook({ timeoutMs: timeout, now: around.now, late }, async (signal) => {
      const reading = await meter(signal);
      if ('missing' in reading) return unknown(`${metric}: ${reading.missing}`);
      const { value, unit } = reading;
      const says = `${metric} is ${value}${unit === 'MB' || unit === '%' ? ` ${unit}` : ''}`;
      if (max !== undefined && value > max) return bad(`${says}, over ${max}`, reading);
      if (min !== undefined && value < min) return bad(`${says}, under ${min}`, reading);
      return good(says, reading);
    }),
    close: () => undefined,
  };
}
