import net from 'node:net';

/** Sends one inline command to a Redis at a unix socket and gives the first line of its answer; undefined when nobody answers. */
export function askRedis(socket, command, limitMs = 1_000) {
  return new Promise((resolve) => {
    let answer = '';
    const connection = net.connect({ path: socket });
    const end = (value) => {
      connection.destroy();
      resolve(value);
    };
    connection.setTimeout(limitMs, () => end(undefined));
    connection.on('error', () => end(undefined));
    connection.on('close', () => end(answer.split('\r\n')[0] || undefined));
    connection.on('connect', () => connection.write(`${command}\r\n`));
    connection.setEncoding('utf8').on('data', (text) => {
      answer += text;
      if (answer.includes('\r\n')) end(answer.split('\r\n')[0]);
    });
  });
}
