import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { ServiceConfig } from '@yoban/shared/config/kit-config';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { CommandContext } from './command.ts';

/** Set by `yoban run` for all that its app starts; it is how a stop finds them. */
const markName = 'YOBAN_RUN_SOCKET';

const words = {
  en: {
    inside: (service: string) => `this shell was started by ${service} itself, and would be ended with it`,
    hint: (command: string) =>
      `Run yoban ${command} outside of the app: in a shell of the host, or in another container of the kit.`,
  },
  ja: {
    inside: (service: string) => `このシェルは ${service} 自身が起動したもので、${service} と一緒に終了してしまいます`,
    hint: (command: string) =>
      `yoban ${command} はアプリの外（ホストのシェル、または yoban の別のコンテナ）で実行してください。`,
  },
};

/**
 * A stop under `yoban run` ends all that the app ever started. A command among them would end itself half way, and nobody would
 * be left to start the app again. @throws OpsError USAGE, before anything is touched.
 */
export function refuseFromInside(
  { io, lang }: CommandContext,
  command: 'restart' | 'restore',
  service: { name: string; config: ServiceConfig },
): void {
  const { supervisor } = service.config;
  const mark = io.env[markName];
  if (supervisor.kind !== 'command' || !mark || placeOf(mark) !== placeOf(supervisor.socket)) return;
  throw new OpsError('USAGE', words[lang].inside(service.name), { hint: words[lang].hint(command) });
}

/** Where it really lies: a volume may be mounted below a link. */
function placeOf(socket: string): string {
  try {
    return path.join(realpathSync(path.dirname(socket)), path.basename(socket));
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return path.resolve(socket);
    throw error;
  }
}
