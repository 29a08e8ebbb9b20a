import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { type ConnectionOptions, connect, rootCertificates } from 'node:tls';
import { hasErrno } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { connectFailure } from './connect-socket.ts';
import { type CertificateLook, judgeCertificate } from './core/judge-certificate.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, unknown } from './verdict.ts';

/** A host shows a certificate that is trusted and does not end soon. It is shown none of our data: the handshake is all. */
export function createTlsProbe(config: ProbeConfigOf<'tls'>, { baseDir, now }: ProbeAround): PolicyProbe {
  const { host, port, minValid, timeout } = config;
  const caFile = config.ca === undefined ? null : path.resolve(baseDir, config.ca);
  return {
    look: framedLook({ timeoutMs: timeout, now }, async (signal) => {
      const ca = caFile === null ? null : await readCertificates(caFile);
      if (ca === 'missing') return unknown(`${caFile} cannot be read`);
      const servername = isIP(host) === 0 ? host : '';
      // What is shown is judged by us, also where Node would have hung up.
      const trust = ca === null ? {} : { ca: [...rootCertificates, ca] };
      const found = await handshake({ host, port, servername, rejectUnauthorized: false, ...trust }, signal);
      return typeof found === 'string' ? bad(found) : judgeCertificate(found, minValid, now());
    }),
    close: () => undefined,
  };
}

async function readCertificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR')) return 'missing';
    throw error;
  }
}

/** The certificate that was shown, or why there was none. */
function handshake(options: ConnectionOptions, signal: AbortSignal): Promise<CertificateLook | string> {
  return new Promise((resolve) => {
    const socket = connect(options);
    const end = (found: CertificateLook | string) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(found);
    };
    const onAbort = () => end('no answer');
    signal.addEventListener('abort', onAbort);
    socket.on('error', (error) => end(failure(error)));
    socket.once('close', () => end('it hung up before it showed a certificate'));
    socket.once('secureConnect', () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      const { authorized, authorizationError } = socket;
      const code = String(authorizationError);
      const distrust = authorized ? null : (distrustWords[code] ?? code);
      end({ validFrom: Date.parse(from), validTo: Date.parse(to), distrust });
    });
  });
}

const distrustWords: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its issuer is signed by itself',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not known',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is of another host',
  CERT_HAS_EXPIRED: 'one of its issuers has ended',
};

function failure(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (/^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/.test(code))
    return 'what answers does not speak TLS';
  return code.startsWith('ERR_SSL_') ? `the handshake failed (${code})` : connectFailure(error);
}
