import { connect } from 'node:net';
import path from 'node:path';
import { createStopStack } from '@yoban/shared/lifecycle';
import { type FakeEngine, startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { type ProxyLimits, readSocketProxyConfig } from '../../src/config.ts';
import { createService } from '../../src/service.ts';

export interface RunningProxy {
  engine: FakeEngine;
  port: number;
  lines: Record<string, unknown>[];
  /** What the engine was asked since the last call of this, as `METHOD path`. */
  asked(): string[];
  /** The lines about refusals since the last call of this. */
  refusals(): Record<string, unknown>[];
  /** Sends these bytes on a connection of their own and gives all that came back until it ended. */
  send(bytes: string): Promise<string>;
  stop(): Promise<void>;
}

/** The proxy on loopback before an engine of the test's own. */
export async function startProxy(limits: Partial<ProxyLimits> = {}, onLost = (_: Error) => {}): Promise<RunningProxy> {
  const temp = makeTempDir();
  const { log, lines } = createTestLog();
  const engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  const stop = createStopStack(log);
  const config = readSocketProxyConfig({ PORT: '0', DOCKER_SOCKET: engine.socketPath });
  const { port } = await createService({ ...config, limits: { ...config.limits, ...limits } }, { log, stop, onLost });
  let [seen, read] = [engine.requests().length, 0];
  return {
    engine,
    port,
    lines,
    asked: () => {
      const news = engine.requests().slice(seen);
      seen += news.length;
      return news.map(({ method, path: target }) => `${method} ${target}`);
    },
    refusals: () => {
      const news = lines.slice(read);
      read = lines.length;
      return news.filter(({ event }) => event === 'request.refused');
    },
    send: (bytes) => sendBytes(port, bytes),
    stop: async () => {
      await stop.run();
      await engine.stop();
      temp.remove();
    },
  };
}

function sendBytes(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes, 'latin1'));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    // A server that ends the connection while bytes are on their way makes a reset of it: what it said before counts.
    socket.on('error', (error) => (text ? resolve(text) : reject(error))).on('close', () => resolve(text));
  });
}

/** One plain request. */
export const request = (line: string, ...headers: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: proxy', ...headers, '', ''].join('\r\n');

/** Status and body of the first answer in what came back. */
export function firstAnswer(text: string): { status: number; head: string; body: string } {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: rest.join('\r\n\r\n') };
}
