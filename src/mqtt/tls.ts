import { readFileSync } from 'node:fs';

/** TLS of a broker's connection; each of the three is a file's path or its contents (PEM). */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** check the broker's certificate */
  readonly verify: boolean;
}

/** What Node's TLS takes. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/** Reads the files, anew at each call: certificates are renewed while the bridge runs. */
export function readTls(options: TlsOptions): TlsMaterial {
  const { ca, cert, key } = options;
  return {
    ...(ca ? { ca: pem(ca) } : {}),
    ...(cert ? { cert: pem(cert) } : {}),
    ...(key ? { key: pem(key) } : {}),
    rejectUnauthorized: options.verify,
  };
}

function pem(value: string): Buffer {
  return value.includes('-----BEGIN ') ? Buffer.from(value) : readFileSync(value);
}
