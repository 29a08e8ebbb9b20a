import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';
import type { ProbeConfig } from '@yoban/shared/policy/probe-config';
import type { ProbeAround, ProbeMemory } from './policy-probe.ts';

/** What a lost text costs is a look of less, so no disk is waited for; and one that is full or read-only is no fault of the service. */
const passedOver = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

/** The memory that a probe was given, else a file under `home` of its own: what it looks at names it, not how often. */
export function memoryOf(config: ProbeConfig, { memory, home, service }: ProbeAround): ProbeMemory {
  if (memory) return memory;
  const { every: _, timeout: __, fall: ___, rise: ____, recheck: _____, ...what } = config;
  const key = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
  return createFileMemory(path.join(home, 'state', 'probes', `${service}-${config.type}-${key}.json`));
}

/** A small text in a file, replaced as a whole. */
function createFileMemory(file: string): ProbeMemory {
  return {
    load: () => {
      try {
        return readFileSync(file, 'utf8');
      } catch (error) {
        if (hasErrno(error, ...passedOver)) return null;
        throw error;
      }
    },
    save: (text) => {
      const temp = `${file}.${process.pid}.tmp`;
      try {
        makeFolder(path.dirname(file), { mode: 0o700 });
        writeFileSync(temp, text, { mode: 0o600 });
        renameSync(temp, file);
      } catch (error) {
        if (!hasErrno(error, ...passedOver)) throw error;
      }
    },
  };
}
