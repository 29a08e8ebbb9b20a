import { expect, test } from 'vitest';
import { readSocketProxyConfig } from './config.ts';

test('on its own it listens on loopback, at the usual port, for the usual socket', () => {
  expect(readSocketProxyConfig({ HOST: '' })).toMatchObject({
    ...{ host: '127.0.0.1', port: 2375, socketPath: '/var/run/docker.sock' },
  });
});

test('every bad variable is named at once', () => {
  const read = () => readSocketProxyConfig({ PORT: 'x', DOCKER_SOCKET: 'tcp://docker:2375' });
  expect(read).toThrow(/has 2 problem\(s\)/);
  expect(read).toThrow(/PORT: is not a number/);
  expect(read).toThrow(/DOCKER_SOCKET: is the whole path of a socket/);
});
