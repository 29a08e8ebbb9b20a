import { createServer } from 'node:http';

/** Takes every request as Slack does and prints it as one JSON line: the judge reads only that. */
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  process.stdout.write(`${JSON.stringify({ at: Date.now(), body: Buffer.concat(parts).toString() })}\n`);
  response.end('ok');
});
server.listen(8080, '0.0.0.0');
