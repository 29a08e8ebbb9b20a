import { randomUUID } from 'node:crypto';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { SlackMessage, slackEvents } from '../core/slack-message.ts';
import type { Auth } from '../plugins/auth.ts';
import { invalidRequest } from '../plugins/error-handler.ts';

/** As much as Slack itself takes. */
const bodyLimitBytes = 256 * 1024;

/**
 * `POST /hooks/slack/:token`: alerts in Slack's attachment shape, so that a script moves over by changing one address. Answered with
 * Slack's own `ok`. Like Slack it looks at the body and not at its type: scripts leave curl's form type in place.
 */
export async function registerSlackHooks(app: FastifyInstance, context: HealthApiContext, auth: Auth): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: bodyLimitBytes }, (_request, text, parsed) =>
      parsed(null, text),
    );
    scope.post(
      '/hooks/slack/:token',
      { bodyLimit: bodyLimitBytes, config: { auth: 'hook' } },
      async (request, reply) => {
        const hook = auth.hookOf(request);
        const message = SlackMessage.safeParse(readText(request.body));
        if (!message.success) throw invalidRequest(message.error);
        const open = [...context.model.alerts.values()].filter(
          (alert) => alert.service === hook.service && (alert.state === 'open' || alert.state === 'acked'),
        );
        const events = slackEvents(message.data, {
          hook: hook.name,
          service: hook.service,
          postId: randomUUID(),
          now: context.now(),
          isOpen: (alertType) => open.some((alert) => alert.alertType === alertType),
        });
        if (events.length === 0) throw new OpsError('REQUEST_INVALID', 'the message has no text');
        await context.intake.take(events);
        return reply.type('text/plain; charset=utf-8').send('ok');
      },
    );
    done();
  });
}

/** JSON, or the form field `payload` that holds it. Throws OpsError REQUEST_INVALID. */
function readText(body: unknown): unknown {
  const text = typeof body === 'string' ? body : '';
  try {
    return JSON.parse(text.startsWith('payload=') ? (new URLSearchParams(text).get('payload') ?? '') : text);
  } catch (error) {
    throw new OpsError('REQUEST_INVALID', 'the body is no JSON', {
      hint: 'Send {"attachments":[{"color":"danger","text":"…"}]}; quotes and line breaks in the text need a backslash.',
      cause: error,
    });
  }
}
