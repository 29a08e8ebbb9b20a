import net from 'node:net';
import { SetupError } from '../bootstrap/talk.mjs';

/** The error code that keeps us from listening there, undefined when the port is free. */
function refusal(port, host) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error) => resolve(error.code));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}

/** @throws SetupError (exit 2) naming the first port that cannot be used and the variable that moves it. */
export async function checkPorts(wanted) {
  for (const { port, host, use, variable } of wanted) {
    const code = await refusal(port, host);
    if (code === undefined) continue;
    const why = code === 'EADDRINUSE' ? 'is in use by another program' : `cannot be used (${code})`;
    throw new SetupError(`Port ${port} on ${host} (${use}) ${why}. Choose another: ${variable}=<number> npm start`, 2);
  }
}
