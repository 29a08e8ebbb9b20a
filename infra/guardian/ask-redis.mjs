import net from 'node:net';
import tls from 'node:tls';

/**
 * Whether the Redis at `url` (redis://, rediss:// or unix://) answers PING; null when it does, else why not. A Redis that is stopped
 * keeps its port open and answers nothing, so the answer has a limit.
 */
export function askRedis(url, limitMs) {
  return new Promise((resolve) => {
    let socket;
    try {
      socket = connect(url);
    } catch (error) {
      resolve(String(error.message));
      return;
    }
    const end = (why) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(why);
    };
    const timer = setTimeout(() => end('no answer'), limitMs);
    let text = '';
    socket.on('error', (error) => end(error.code ?? error.message));
    socket.on('close', () => end('closed'));
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('+PONG')) end(null);
      // Loading, wrong password and the like: the first word says which.
      const refused = /^-(\S+)/m.exec(text);
      if (refused) end(refused[1]);
    });
    socket.write(`${authOf(url)}PING\r\n`);
  });
}

function connect(url) {
  if (url.startsWith('unix://')) return net.connect(decodeURI(new URL(url).pathname));
  const { protocol, hostname, port } = new URL(url);
  const place = { host: hostname.replace(/^\[|\]$/g, '') || '127.0.0.1', port: Number(port || 6379) };
  if (protocol === 'rediss:') return tls.connect({ ...place, servername: net.isIP(place.host) ? '' : place.host });
  if (protocol === 'redis:') return net.connect(place);
  throw new Error(`REDIS_URL begins with ${protocol}`);
}

/** AUTH as RESP with its length: a password may hold anything. */
function authOf(url) {
  const { username, password } = new URL(url);
  const words = [username, password].filter((word) => word !== '').map(decodeURIComponent);
  if (password === '') return '';
  const parts = ['AUTH', ...words].map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return `*${parts.length}\r\n${parts.join('')}`;
}
