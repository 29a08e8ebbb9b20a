import { expect, test } from 'vitest';
import { engineAddress, engineName } from './engine-address.ts';

test.each([
  ['unix:///var/run/docker.sock', { socketPath: '/var/run/docker.sock' }, '/var/run/docker.sock'],
  ['tcp://socket-proxy:2375', { host: 'socket-proxy', port: 2375 }, 'socket-proxy:2375'],
  ['tcp://socket-proxy', { host: 'socket-proxy', port: 2375 }, 'socket-proxy:2375'],
  ['tcp://10.0.0.7:4243/', { host: '10.0.0.7', port: 4243 }, '10.0.0.7:4243'],
  ['tcp://[::1]:2375', { host: '::1', port: 2375 }, '::1:2375'],
])('%s is where an engine listens', (text, address, name) => {
  expect(engineAddress(text, {})).toEqual(address);
  expect(engineName(engineAddress(text, {}))).toBe(name);
});

test('what yoban.yml says comes before DOCKER_HOST, and that before the usual socket', () => {
  expect(engineAddress('tcp://a', { DOCKER_HOST: 'tcp://b' })).toEqual({ host: 'a', port: 2375 });
  expect(engineAddress(null, { DOCKER_HOST: 'tcp://b' })).toEqual({ host: 'b', port: 2375 });
  expect(engineAddress(null, { DOCKER_HOST: '' })).toEqual({ socketPath: '/var/run/docker.sock' });
});

test.each([
  'ssh://host',
  'npipe:////./pipe/docker_engine',
  'tcp://',
  'tcp://a b:1',
  'http://docker:2375',
  'docker.sock',
])('another form is refused, with those that are spoken: %s', (host) => {
  expect(() => engineAddress(host, {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
