import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { createCommandProbe } from './command.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';

/** The tunnel's own program ends well and says every text, such as that the funnel is on and where it leads (W1). */
export const createTunnelProbe = (config: ProbeConfigOf<'tunnel'>, around: ProbeAround): PolicyProbe =>
  createCommandProbe({ ...config, type: 'command', exitCode: 0 }, around);
