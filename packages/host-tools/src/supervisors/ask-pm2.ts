import path from 'node:path';
import axon from 'pm2-axon';

/**
 * Asks the daemon of a pm2 home over its socket, without the pm2 program: that one starts a second, empty daemon where the first has
 * died since somebody looked. Gives what it answers; null when nobody does within `limitMs`.
 */
export function askPm2(home: string, question: object, limitMs: number): Promise<object | null> {
  return new Promise((resolve) => {
    const socket = axon.socket('req');
    socket.set('retry timeout', 0);
    const end = (answer: object | null) => {
      clearTimeout(timer);
      resolve(answer);
      socket.close();
    };
    const timer = setTimeout(() => end(null), limitMs);
    // 'close' follows every error; without a listener an error would end this process.
    socket.on('error', () => undefined);
    socket.once('close', () => end(null));
    socket.connect(path.join(home, 'rpc.sock'));
    socket.send(question, (answer) => end(answer ?? {}));
  });
}
