import path from 'node:path';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import type { MonitoringEvent } from '../core/monitoring-event.ts';
import { type LineFile, openLineFile } from '../store/line-file.ts';

/** The files of a day that people and their scripts read: what happened, a line each. */
export interface MonitoringLog {
  /**
   * Writes each event once, also when its fact comes again: called before the read model has the fact, so that a crash in between
   * tells it twice rather than never. A disk that takes nothing is said in the log of the service.
   */
  tell(events: readonly MonitoringEvent[]): void;
}

export interface MonitoringLogOptions {
  /** Folder of the files; made when it is missing. */
  dir: string;
  /** Its midnight begins a new file. */
  zone: string;
  displayNameOf: (service: string) => string;
  log: Log;
}

/** Facts that are late tell of yesterday; further back is not kept open. */
const openFilesMax = 4;

export function createMonitoringLog({ dir, zone, displayNameOf, log }: MonitoringLogOptions): MonitoringLog {
  const open = new Map<string, LineFile>();
  let failing = false;
  const fileOf = (name: string): LineFile => {
    const known = open.get(name);
    if (known) return known;
    makeFolder(dir);
    const made = openLineFile(path.join(dir, name));
    open.set(name, made);
    const [oldest] = open.keys();
    if (open.size > openFilesMax && oldest !== undefined) open.delete(oldest);
    return made;
  };
  const write = ({ label, ...event }: MonitoringEvent) => {
    const atMs = Date.parse(event.at);
    const time = zoneDateTime(atMs, zone);
    const day = time.slice(0, 10);
    if (label !== null) {
      const who = event.service === null ? '' : ` ${displayNameOf(event.service)}`;
      const line = `${time} ${zoneName(atMs, zone)} [${label}]${who} ${event.message} (${event.id})`;
      fileOf(`monitoring-alerts-${day}.log`).append(line.replace(/\s+/g, ' '));
    }
    fileOf(`monitoring-events-${day}.json`).append(JSON.stringify(event));
  };
  return {
    tell: (events) => {
      try {
        for (const event of events) write(event);
        failing = false;
      } catch (error) {
        if (!failing) log.error({ event: 'monitoring_log.failed', dir, err: error });
        failing = true;
        // A file that was in use may have been half written, moved or deleted: looked at anew.
        open.clear();
      }
    },
  };
}
