import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import { isoTime } from '@yoban/shared/contracts/time';
import { acceptWebSocket, type LoopbackWebSocket } from './loopback-websocket.ts';
import {
  sampleAlertPage,
  sampleChannels,
  sampleCommands,
  sampleDead,
  sampleSilences,
  sampleTests,
} from './sample-alerting.ts';
import { type Scenario, sampleHealth, scenarios } from './sample-health.ts';
import { sampleAlerts, sampleBackups, sampleMetrics, sampleSeries } from './sample-history.ts';
import { sampleIncidentPage } from './sample-incidents.ts';

/** The key of the preview; the kit makes its own. */
export const PREVIEW_KEY = 'preview-key';
const COOKIE = 'preview=1';
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

/** The policy the real server sends, so that a breach shows here already. */
const SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'";

export interface PreviewServer {
  url: string;
  /** Changes the scenario and pushes it to every open page. */
  show: (scenario: Scenario) => void;
  /** Ends the live connections and refuses new ones until `true`. */
  setLive: (on: boolean) => void;
  close: () => Promise<void>;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(JSON.stringify(body));
}

const problem = (status: number, code: string, detail: string) => ({
  type: 'about:blank',
  title: detail,
  status,
  code,
  detail,
  hint: detail,
  retryable: false,
});

function sendPage(path: string, response: ServerResponse): void {
  const relative = normalize(path.replace('/admin/dashboard', '')).replace(/^\/+/, '');
  const wanted = join(dist, relative);
  const found = extname(relative) !== '' && existsSync(wanted) ? wanted : join(dist, 'index.html');
  response
    .writeHead(200, {
      'content-type': types[extname(found)] ?? 'application/octet-stream',
      'content-security-policy': SECURITY_POLICY,
    })
    .end(readFileSync(found));
}

function answers(scenario: Scenario, nowMs: number): Record<string, unknown> {
  return {
    '/api/ui-config': {
      timezone: 'Asia/Tokyo',
      locale: 'ja',
      // The example's own name: long, and one word.
      displayName: 'AIPrizeCohabitationLife',
      primary: 'ailife',
      version: '0.1.0',
      notConfigured: [
        ...(scenario === 'empty'
          ? [
              { panel: 'obs', key: 'services.ailife.probes' },
              { panel: 'tips', key: 'services.ailife.report.parts' },
              { panel: 'game', key: 'services.ailife.report.parts' },
            ]
          : []),
      ],
    },
    '/api/health': sampleHealth(scenario, nowMs),
    '/api/metrics': sampleMetrics(),
    '/api/series': sampleSeries(scenario, nowMs),
    '/api/alerts/channels': { channels: sampleChannels(scenario) },
    '/api/alerts/test': { tests: sampleTests(scenario, nowMs) },
    '/api/alerts/dead': { notices: sampleDead(scenario, nowMs) },
    '/api/silences': { silences: sampleSilences(scenario, nowMs) },
    '/api/backups': { databases: sampleBackups(scenario, nowMs) },
    '/api/incidents': sampleIncidentPage(scenario, nowMs),
  };
}

/** One page of alerts, narrowed as far as a picture needs it. */
function alertsAnswer(scenario: Scenario, search: URLSearchParams, nowMs: number): unknown {
  const isWanted = (name: string, value: string) => search.get(name) === null || search.get(name) === value;
  const alerts = sampleAlertPage(scenario, nowMs).filter(
    ({ state, level, service }) => isWanted('state', state) && isWanted('level', level) && isWanted('service', service),
  );
  return { alerts, next: null };
}

async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const right = Buffer.concat(chunks).toString().includes(`"${PREVIEW_KEY}"`);
  if (!right) return sendJson(response, 401, problem(401, 'UNAUTHORIZED', 'wrong key'));
  response.writeHead(204, { 'set-cookie': `${COOKIE}; Path=/; HttpOnly; SameSite=Strict` }).end();
}

/** Serves the built page with sample data over the routes of the real server. For pictures and for working on the page. */
export async function startPreview(start: Scenario, port = 0, clock: () => number = Date.now): Promise<PreviewServer> {
  let scenario = start;
  let live = true;
  const pages = new Map<LoopbackWebSocket, number>();
  const push = (page: LoopbackWebSocket, message: LiveMessage) => page.send(JSON.stringify(message));
  const snapshot = (seq: number): LiveMessage => ({
    type: 'snapshot',
    seq,
    serverTime: isoTime(clock()),
    health: sampleHealth(scenario, clock()),
    alerts: sampleAlerts(scenario, clock()),
    backups: sampleBackups(scenario, clock()),
  });
  const everyPage = (messageOf: (seq: number) => LiveMessage) => {
    for (const [page, seq] of pages) {
      pages.set(page, seq + 1);
      push(page, messageOf(seq + 1));
    }
  };
  const server = createServer((request, response) => {
    const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://preview');
    response.setHeader('date', new Date(clock()).toUTCString());
    if (path === '/admin/login') return void signIn(request, response);
    if (path === '/admin/logout') {
      return response.writeHead(204, { 'set-cookie': 'preview=; Path=/; Max-Age=0' }).end();
    }
    if (!path.startsWith('/api/')) return sendPage(path, response);
    if (!request.headers.cookie?.includes(COOKIE)) {
      return sendJson(response, 401, problem(401, 'UNAUTHORIZED', 'no key'));
    }
    if (request.method === 'POST' && path === '/api/backups') {
      return sendJson(response, 202, { requestId: 'preview-request' });
    }
    if (request.method === 'POST' || request.method === 'DELETE') {
      return sendJson(response, 503, problem(503, 'BUS_UNAVAILABLE', 'a preview has nobody to command'));
    }
    const answer = {
      ...answers(scenario, clock()),
      '/api/alerts': alertsAnswer(scenario, searchParams, clock()),
      '/api/alerts/commands': { commands: sampleCommands(searchParams.get('target'), clock()) },
    }[path];
    return answer === undefined
      ? sendJson(response, 404, problem(404, 'NOT_FOUND', 'no such route'))
      : sendJson(response, 200, answer);
  });
  server.on('upgrade', (request, socket) => {
    if (!live || !request.headers.cookie?.includes(COOKIE)) return socket.destroy();
    const page = acceptWebSocket(request, socket);
    pages.set(page, 1);
    socket.on('close', () => pages.delete(page));
    push(page, snapshot(1));
  });
  const pulse = setInterval(
    () =>
      everyPage((seq) => ({
        type: 'health',
        seq,
        serverTime: isoTime(clock()),
        health: sampleHealth(scenario, clock()),
      })),
    5_000,
  );
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  const actualPort = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${actualPort}/admin/dashboard/`,
    show: (next) => {
      scenario = next;
      everyPage(snapshot);
    },
    setLive: (on) => {
      live = on;
      if (!on) for (const page of pages.keys()) page.close();
    },
    close: () => {
      clearInterval(pulse);
      for (const page of pages.keys()) page.close();
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

if (import.meta.main) {
  const wanted = scenarios.find((name) => name === process.argv[2]) ?? 'healthy';
  const preview = await startPreview(wanted);
  console.log(`${preview.url}  (${wanted}; key: ${PREVIEW_KEY})`);
}
