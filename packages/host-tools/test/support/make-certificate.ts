import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface MadeCertificate {
  key: string;
  cert: string;
}

const dayMs = 86_400_000;

/** A certificate signed by itself for one host name, from a day ago on and for so many days (RFC 5280, the least of it). */
export function makeCertificate(host: string, days: number): MadeCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // Of one name there would be one issuer only.
  const commonName = Buffer.from(`${host} ${randomBytes(4).toString('hex')}`);
  const name = sequence(set(sequence(oid(0x55, 0x04, 0x03), tagged(0x0c, commonName))));
  const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
  const validity = sequence(time(Date.now() - dayMs), time(Date.now() + days * dayMs));
  const isCa = extension(oid(0x55, 0x1d, 0x13), sequence(tagged(0x01, Buffer.from([0xff]))));
  const alternative = extension(oid(0x55, 0x1d, 0x11), sequence(tagged(0x82, Buffer.from(host))));
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ...[ecdsaWithSha256, name, validity, name],
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(isCa, alternative)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]);
  const whole = sequence(content, ecdsaWithSha256, tagged(0x03, signature));
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.trim()}\n-----END CERTIFICATE-----\n`,
  };
}

/** One value in DER (X.690): its tag, its length, its content. */
function tagged(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => tagged(0x31, ...parts);
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const oid = (...bytes: number[]): Buffer => tagged(0x06, Buffer.from(bytes));
const extension = (id: Buffer, value: Buffer): Buffer => sequence(id, tagged(0x04, value));
/** UTCTime, good until 2049. */
const time = (ms: number): Buffer =>
  tagged(0x17, Buffer.from(`${new Date(ms).toISOString().slice(2, 19).replace(/[-T:]/g, '')}Z`));
