import { SetupError } from '../bootstrap/talk.mjs';
import { aptInstall, canAptInstall } from '../process/apt-install.mjs';
import { which } from '../process/which.mjs';

const find = () => which('redis-server', 'valkey-server');

const waysOut =
  'Do one of these: set REDIS_URL=redis://host:6379 to use a Redis you have; ' +
  'install redis-server or valkey-server (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis).';

/** The path of a Redis server program; installs one where that needs no question. */
export async function provideRedisServer() {
  const found = find();
  if (found !== undefined) return found;
  if (!canAptInstall()) throw new SetupError(`There is no Redis server on this machine. ${waysOut}`);
  const installed = await aptInstall(['redis-server']);
  const server = find();
  if (server !== undefined) return server;
  throw new SetupError(
    `apt-get could not install redis-server. ${waysOut}\n${installed.output.split('\n').slice(-6).join('\n')}`,
  );
}
