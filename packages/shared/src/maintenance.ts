import { closeSync, constants, lstatSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { jsonText } from './contracts/json-text.ts';
import { IsoTime } from './contracts/time.ts';
import { hasErrno } from './errors.ts';
import { isPlainFile, openFixedName, replaceFixedName } from './fixed-name-file.ts';
import { makeFolder } from './make-folder.ts';

/** Announced work on one service: faults of it are watched but not told until `until`. The expiry is mandatory. */
export const Maintenance = z.strictObject({
  service: z.string(),
  reason: z.string(),
  actor: z.string(),
  since: IsoTime,
  until: IsoTime,
});
export type Maintenance = z.infer<typeof Maintenance>;

const MaintenanceText = jsonText(Maintenance);

/** `deploying` besides: another version is being put in place. Repairs wait, looks go on, nothing is told of what the deploy itself does. */
type Kind = 'maintenance' | 'deploying';

const fileOf = (runDir: string, kind: Kind, service: string) => path.join(runDir, kind, `${service}.json`);

/** Announces maintenance, e.g. by a restore before it stops the service. Works without the bus. */
export const announceMaintenance = (runDir: string, maintenance: Maintenance): void =>
  announce(runDir, 'maintenance', maintenance);

/** Announces a deploy of the service, before anything of it is changed. One that dies is over at `until`. */
export const announceDeploy = (runDir: string, deploy: Maintenance): void => announce(runDir, 'deploying', deploy);

function announce(runDir: string, kind: Kind, work: Maintenance): void {
  const file = fileOf(runDir, kind, work.service);
  const folder = path.dirname(file);
  // A link in its place could lead our file anywhere; that it is a link is all it takes to be none of ours.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(folder);
  makeFolder(folder, { mode: 0o700 });
  replaceFixedName(file, JSON.stringify(work));
}

/** Ends it; ending what is not there is fine. */
export const endMaintenance = (runDir: string, service: string): void =>
  rmSync(fileOf(runDir, 'maintenance', service), { force: true });

export const endDeploy = (runDir: string, service: string): void =>
  rmSync(fileOf(runDir, 'deploying', service), { force: true });

/** The maintenance in force at `now`, or null. A file that cannot be parsed counts as none: it must never silence a fault. */
export const maintenanceAt = (runDir: string, service: string, now: number): Maintenance | null =>
  workAt(runDir, 'maintenance', service, now);

/** The deploy under way at `now`, in the same way. */
export const deployAt = (runDir: string, service: string, now: number): Maintenance | null =>
  workAt(runDir, 'deploying', service, now);

/** Either: what is seen of the service meanwhile is announced. */
export const announcedAt = (runDir: string, service: string, now: number): Maintenance | null =>
  maintenanceAt(runDir, service, now) ?? deployAt(runDir, service, now);

function workAt(runDir: string, kind: Kind, service: string, now: number): Maintenance | null {
  const text = textOf(fileOf(runDir, kind, service));
  if (text === null) return null;
  const parsed = MaintenanceText.safeParse(text);
  return parsed.success && Date.parse(parsed.data.until) > now ? parsed.data : null;
}

function textOf(file: string): string | null {
  if (!isPlainFile(file)) return null;
  let descriptor: number;
  try {
    descriptor = openFixedName(file, constants.O_RDONLY);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
  try {
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
