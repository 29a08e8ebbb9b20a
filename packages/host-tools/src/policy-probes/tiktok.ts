import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { createWebSocketProbe } from './websocket.ts';

/** The live feed takes a connection and says something on it: one that is merely open may be dead (S3). */
export const createTiktokProbe = (config: ProbeConfigOf<'tiktok'>, around: ProbeAround): PolicyProbe =>
  createWebSocketProbe({ ...config, type: 'websocket', url: socketAddress(config.url), expectMessage: true }, around);

/** Some write the address of the room as http. */
const socketAddress = (url: string): string => url.replace(/^http(s?):/, 'ws$1:');
