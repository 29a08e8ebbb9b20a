import { statfs } from 'node:fs/promises';
import { OpsError } from '@yoban/shared/errors';

/** File systems without dependable POSIX locks or a shared `-shm` mapping, by the magic number of statfs(2). */
const refused = new Map<number, string>([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x01021997, '9p'],
  [0x65735546, 'FUSE'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'Ceph'],
]);

/** The name of a network or pass-through file system, or null for one that SQLite can work on. */
export const refusedFileSystem = (type: number): string | null => refused.get(type >>> 0) ?? null;

/** @throws OpsError DB_UNSUPPORTED_FS when `file` lies on NFS, SMB, 9p or FUSE (Docker Desktop bind mounts are one of these). */
export async function requireLocalDisk(file: string): Promise<void> {
  const { type } = await statfs(file);
  const name = refusedFileSystem(type);
  if (name) throw new OpsError('DB_UNSUPPORTED_FS', `${file} lies on ${name}`, { fields: { file, fileSystem: name } });
}
