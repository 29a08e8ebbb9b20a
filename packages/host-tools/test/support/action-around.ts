import { createTestLog } from '@yoban/shared/testing/test-log';
import type { ActionAround } from '../../src/actions/action.ts';
import { createNoSupervisor } from '../../src/supervisors/none.ts';

/** What an action may reach in a test: nothing but what `more` gives it. */
export const actionAround = (more: Partial<ActionAround> = {}): ActionAround => ({
  service: 'shop',
  supervisor: createNoSupervisor('shop'),
  supervisorOf: () => null,
  peers: ['shop'],
  restore: () => Promise.reject(new Error('no restore here')),
  look: () => Promise.reject(new Error('no probe here')),
  home: '/nonexistent/home',
  baseDir: '/',
  env: { PATH: process.env.PATH },
  log: createTestLog().log,
  now: Date.now,
  ...more,
});
