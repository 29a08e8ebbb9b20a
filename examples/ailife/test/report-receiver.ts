import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReportBody } from '@yoban/agent';

/** A loopback receiver of reports that takes everything. */
export async function startFakeReceiver() {
  const bodies: ReportBody[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    bodies.push(JSON.parse(text));
    authorizations.push(request.headers.authorization);
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    authorizations,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
