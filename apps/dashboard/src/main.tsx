import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { config as zodConfig } from 'zod';
import { Providers } from './app/providers.tsx';
import { AppRouter } from './app/router.tsx';
import { createApiClient } from './lib/api-client.ts';
import { createLiveSocket } from './lib/live-socket.ts';
import { recheckSession, storeLive } from './lib/queries.ts';
import { createQueryClient } from './lib/query-client.ts';
import { resyncAfterSleep } from './lib/resync-after-sleep.ts';
import { createServerClock } from './lib/server-clock.ts';

// The page runs under a policy without eval; zod would otherwise try to compile its parsers and the browser would report it.
zodConfig({ jitless: true });

const monotonicMs = () => performance.now();
const clock = createServerClock(monotonicMs, Date.now);
const client = createQueryClient();
const api = createApiClient(monotonicMs, clock.syncRoughly);
const live = createLiveSocket({
  open: () => new WebSocket(new URL('/api/live', window.location.href.replace(/^http/, 'ws'))),
  deliver: (message) => {
    clock.sync(Date.parse(message.serverTime));
    storeLive(client, message, monotonicMs());
  },
  lost: () => void recheckSession(client),
  now: monotonicMs,
  random: Math.random,
});
resyncAfterSleep(live, monotonicMs, Date.now);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Providers client={client} services={{ api, live, clock, monotonicMs }}>
      <AppRouter />
    </Providers>
  </StrictMode>,
);
