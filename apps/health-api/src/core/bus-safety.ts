/** How Redis keeps what is given to it, as its CONFIG says. */
export interface BusSettings {
  appendonly: string;
  appendfsync: string;
  maxmemory: string;
  maxmemoryPolicy: string;
}

export interface BusSafety {
  /** `relaxed`: a power cut may lose a second; worth a line in the log, not a colour. `unknown`: CONFIG is forbidden. */
  verdict: 'safe' | 'relaxed' | 'unsafe' | 'unknown';
  detail: string;
}

/** AOF off or eviction on = degraded; everysec = INFO; CONFIG forbidden = unknown, said. */
export function busSafety(settings: BusSettings | null): BusSafety {
  if (!settings) return { verdict: 'unknown', detail: 'CONFIG is forbidden' };
  const faults: string[] = [];
  if (settings.appendonly !== 'yes') faults.push(`appendonly ${settings.appendonly}`);
  if (settings.maxmemoryPolicy !== 'noeviction') faults.push(`maxmemory-policy ${settings.maxmemoryPolicy}`);
  if (faults.length > 0) return { verdict: 'unsafe', detail: faults.join(', ') };
  if (settings.appendfsync !== 'always') return { verdict: 'relaxed', detail: `appendfsync ${settings.appendfsync}` };
  return { verdict: 'safe', detail: '' };
}
