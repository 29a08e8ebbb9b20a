import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import { PingGaps, PingRecord } from '../contracts/ping.ts';
import { hasErrno } from '../errors.ts';
import { yobanPaths } from '../paths.ts';

export interface PingFiles {
  folder: string;
  /** The record of a token; its name tells nothing of the token. */
  recordOf(token: string): string;
  /** Holds the gaps; touched every 5 s by whoever listens, so that its age says whether anybody does. */
  listening: string;
}

/** Where the words of jobs lie: plain files, so that the watchdog reads them without Redis and without health-api's store. */
export function pingFiles(home: string): PingFiles {
  const folder = path.join(yobanPaths(home).state, 'pings');
  return {
    folder,
    recordOf: (token) => path.join(folder, `${createHash('sha256').update(token).digest('hex').slice(0, 32)}.json`),
    listening: path.join(folder, 'listening.json'),
  };
}

/** A token's record; null where there is none that can be read as one. @throws the system error of a file that may not be read */
export const readPingRecord = (file: string): PingRecord | null => readAs(PingRecord, file);

/** When somebody listened last (epoch ms) and when nobody did; null when nobody ever did. @throws as readPingRecord */
export function readListening(file: string): (PingGaps & { seenAt: number }) | null {
  const seenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return seenAt === undefined ? null : { seenAt, ...(readAs(PingGaps, file) ?? { gaps: [] }) };
}

function readAs<S extends z.ZodType>(schema: S, file: string): z.infer<S> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // After a power cut a file may be there without its content.
    if (error instanceof SyntaxError || hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
