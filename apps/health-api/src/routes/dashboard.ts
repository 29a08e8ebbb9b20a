import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { hasErrno } from '@yoban/shared/errors';
import { sameSecret } from '@yoban/shared/same-secret';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import type { Auth } from '../plugins/auth.ts';
import type { Sessions } from '../state/sessions.ts';
import { loginLimit, refuseLogin, setSession } from './login.ts';

const home = '/admin/dashboard';

/**
 * The React page. Everybody may load it (it has no data of its own and shows the login), but without a login it comes with 401, so
 * that a script sees what a person sees. `?key=` signs in once and leaves the address at the next step (D1).
 */
export async function registerDashboard(
  app: FastifyInstance,
  context: HealthApiContext,
  auth: Auth,
  sessions: Sessions,
): Promise<void> {
  const { dashboardDir, adminKey } = context.config;
  await app.register(fastifyStatic, { root: dashboardDir, serve: false, preCompressed: true });
  const page = async (reply: FastifyReply, known: boolean) => {
    const html = await readPage(path.join(dashboardDir, 'index.html'));
    return reply
      .code(!known ? 401 : html === null ? 503 : 200)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(html ?? notBuilt);
  };

  app.get('/', { config: { auth: 'none' } }, (_request, reply) => reply.redirect(home));
  app.get(home, { config: { auth: 'page' }, preHandler: keyLimit(app) }, (request, reply) => {
    const { key, ...rest } = request.query as Record<string, string>;
    if (typeof key !== 'string') return page(reply, auth.whoIs(request).kind !== 'nobody');
    if (!sameSecret(key, adminKey)) {
      refuseLogin(context, request);
      return page(reply, false);
    }
    setSession(context, request, reply, sessions);
    const query = new URLSearchParams(rest).toString();
    return reply.redirect(query ? `${home}?${query}` : home);
  });
  app.get(`${home}/*`, { config: { auth: 'page' } }, (request, reply) => {
    const { '*': file } = request.params as { '*': string };
    // Files have an extension; anything else is a place inside the page, which the page itself finds.
    if (path.extname(file) === '') return page(reply, auth.whoIs(request).kind !== 'nobody');
    // Vite names assets by their content, so they never change under a name.
    return reply.sendFile(file, { maxAge: '365d', immutable: file.startsWith('assets/') });
  });
}

/** Counts only requests that carry a key: the page itself may be loaded as often as one likes. */
function keyLimit(app: FastifyInstance) {
  return app.rateLimit({
    ...loginLimit,
    keyGenerator: (request) => `key ${request.ip}`,
    allowList: (request) => !Object.hasOwn(request.query as object, 'key'),
  });
}

async function readPage(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>yoban</title>
<body style="font-family:system-ui;margin:3rem;max-width:40rem">
<h1>The dashboard is not built</h1><p>Build it with <code>bin/pnpm turbo build</code>, then load this page again.
The watch itself is running: see <a href="/api/health">/api/health</a>.</p>
<p lang="ja">ダッシュボードはまだビルドされていません。<code>bin/pnpm turbo build</code> を実行してから再読み込みしてください。監視は動いています。</p></body></html>
`;
