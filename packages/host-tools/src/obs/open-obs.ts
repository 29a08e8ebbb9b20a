import { createHash, randomUUID } from 'node:crypto';
import { OpsError } from '@yoban/shared/errors';
import { z } from 'zod';
import { followLine } from './obs-line.ts';

export interface ObsAddress {
  url: string;
  password: string | null;
}

export interface ObsSession {
  isOpen(): boolean;
  /**
   * One request and its answer.
   * @throws OpsError OBS_REFUSED with OBS's own code in `fields.status`, OBS_UNAVAILABLE when the line breaks or the signal fires
   */
  request(type: string, data: object, signal: AbortSignal): Promise<Record<string, unknown>>;
  close(): void;
}

const rpcVersion = 1;
/** What OBS itself would close the connection with. */
const refused = 4009;
const op = { identify: 1, request: 6 };
const Hello = z.object({ authentication: z.object({ challenge: z.string(), salt: z.string() }).optional() });
const Response = z.object({
  requestStatus: z.object({ result: z.boolean(), code: z.number(), comment: z.string().optional() }),
  responseData: z.record(z.string(), z.unknown()).optional(),
});

/**
 * A session with OBS by obs-websocket 5 (Hello, Identify, Identified), without events.
 * @throws OpsError OBS_UNAVAILABLE: nobody there, no OBS, or the signal fired; OBS_REFUSED: the password
 */
export async function openObs({ url, password }: ObsAddress, signal: AbortSignal): Promise<ObsSession> {
  const line = await followLine(url);
  try {
    const hello = understood(Hello, await line.expect('hello', signal));
    const identify = { rpcVersion, eventSubscriptions: 0, ...authentication(hello, password) };
    const identified = line.expect('identified', signal);
    line.send(op.identify, identify);
    await identified;
  } catch (error) {
    line.cut();
    throw error;
  }
  return {
    isOpen: line.isOpen,
    request: async (requestType, requestData, within) => {
      const requestId = randomUUID();
      const answer = line.expect(requestId, within);
      line.send(op.request, { requestType, requestId, requestData });
      return accepted(requestType, understood(Response, await answer));
    },
    close: line.close,
  };
}

function understood<S extends z.ZodType>(schema: S, data: unknown): z.infer<S> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new OpsError('OBS_UNAVAILABLE', 'what answers there is not OBS', { cause: parsed.error });
}

/** The password never goes over the line: base64(sha256(base64(sha256(password + salt)) + challenge)). */
function authentication(hello: z.infer<typeof Hello>, password: string | null): { authentication?: string } {
  if (!hello.authentication) return {};
  if (password === null)
    throw new OpsError('OBS_REFUSED', 'OBS asks for a password and none is set', { fields: { status: refused } });
  const { challenge, salt } = hello.authentication;
  return { authentication: sha256(sha256(password + salt) + challenge) };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

function accepted(type: string, { requestStatus, responseData }: z.infer<typeof Response>): Record<string, unknown> {
  const { result, code, comment } = requestStatus;
  if (result) return responseData ?? {};
  const why = comment ? `: ${comment}` : '';
  throw new OpsError('OBS_REFUSED', `OBS refuses ${type} with code ${code}${why}`, { fields: { status: code } });
}
