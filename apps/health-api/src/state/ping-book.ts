import { utimesSync } from 'node:fs';
import type { Ping, PingGaps } from '@yoban/shared/contracts/ping';
import { SECOND } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { replaceFixedName } from '@yoban/shared/fixed-name-file';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';
import { pingFiles, readListening, readPingRecord } from '@yoban/shared/pings/ping-files';
import { newPingRecord, stepPing } from '../core/step-ping.ts';

export interface PingBook {
  /** Writes down what a job says. @throws OpsError STORE_UNAVAILABLE */
  take(token: string, ping: Ping, note: string | null): void;
  /** Says that we listen; called on each tick, so that a process that stands still says nothing. */
  mark(): void;
}

interface Options {
  home: string;
  tokens: readonly string[];
  log: Log;
  /** Epoch ms. */
  now: () => number;
}

/** Three ticks: longer than that without a mark, nobody listened. */
const gapMs = 15 * SECOND;
const gapsKept = 20;
const mode = 0o600;

/** The words of jobs, in files of their own: the watchdog reads them also while Redis or our store is away. */
export function createPingBook({ home, tokens, log, now }: Options): PingBook {
  const files = pingFiles(home);
  let broken = false;
  let heard: (PingGaps & { seenAt: number }) | null = null;
  const write = (file: string, content: object) => replaceFixedName(file, `${JSON.stringify(content)}\n`, mode);
  const begin = () => {
    makeFolder(files.folder, { mode: 0o700 });
    heard = readListening(files.listening);
    if (!heard) {
      heard = { seenAt: now(), gaps: [] };
      write(files.listening, { gaps: [] });
    }
    for (const file of tokens.map(files.recordOf)) if (!readPingRecord(file)) write(file, newPingRecord(now()));
  };
  const sayThatWeListen = () => {
    const at = now();
    if (!heard) begin();
    if (!heard) return;
    if (at - heard.seenAt > gapMs) {
      heard.gaps = [...heard.gaps, { from: heard.seenAt, to: at }].slice(-gapsKept);
      write(files.listening, { gaps: heard.gaps });
      log.info({ event: 'ping.gap', ms: at - heard.seenAt });
    }
    utimesSync(files.listening, at / SECOND, at / SECOND);
    heard.seenAt = at;
  };
  const mark = () => {
    if (tokens.length === 0) return;
    try {
      sayThatWeListen();
      if (broken) log.info({ event: 'ping.mark-works' });
      broken = false;
    } catch (error) {
      if (!broken) log.warn({ event: 'ping.mark-failed', err: error });
      broken = true;
      // Somebody may have removed the folder.
      heard = null;
    }
  };
  return {
    mark,
    take: (token, ping, note) => {
      try {
        const file = files.recordOf(token);
        write(file, stepPing(readPingRecord(file) ?? newPingRecord(now()), ping, note, now()));
      } catch (error) {
        throw new OpsError('STORE_UNAVAILABLE', 'the ping cannot be written down', { cause: error });
      }
    },
  };
}
