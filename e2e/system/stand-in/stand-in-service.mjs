// A service as the launcher sees one: answers 200, says "ready", ends on SIGINT. STAND_IN=refuse makes it refuse its
// configuration, STAND_IN=stubborn makes it deaf to signals, STAND_IN=starting never ready.
import http from 'node:http';

if (process.env.STAND_IN === 'refuse') {
  console.error('stand-in cannot run in production without SLACK_WEBHOOK_URL');
  process.exit(1);
}
const server = http.createServer((_request, response) => {
  response.statusCode = process.env.STAND_IN === 'starting' ? 503 : 200;
  response.end(String(process.pid));
});
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (process.env.STAND_IN === 'stubborn') return;
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
