import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Settings } from '../config/schema.ts';
import type { HttpLog } from './log.ts';

/** A certificate and its key (PEM). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The certificate of the settings cannot be used: the message says why. */
export class BadCertificate extends Error {
  override readonly name = 'BadCertificate';
}

type Files = Settings['http']['tls'];

/**
 * Reads certificate and key, each a file's path or its contents.
 * @throws BadCertificate
 */
export function readKeyPair({ cert, key }: Files): KeyPair {
  try {
    const pair = { cert: pem(cert), key: pem(key) };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new BadCertificate(`http.tls.cert and http.tls.key cannot be used: ${reason}`);
  }
}

/** Follows the files: certificates are renewed while the bridge runs. */
export class KeyPairFiles {
  readonly #files: Files;
  readonly #log: HttpLog;
  #pair: KeyPair;
  #problem = '';

  /** @throws BadCertificate */
  constructor(files: Files, log: HttpLog) {
    this.#files = files;
    this.#log = log;
    this.#pair = readKeyPair(files);
  }

  get pair(): KeyPair {
    return this.#pair;
  }

  /**
   * Looks whether they changed. Two files cannot change at once: while they do not fit together the old
   * ones go on.
   * @returns the new ones, once
   */
  renewed(): KeyPair | undefined {
    try {
      const { cert, key } = readKeyPair(this.#files);
      this.#problem = '';
      if (cert === this.#pair.cert && key === this.#pair.key) return undefined;
      this.#pair = { cert, key };
      return this.#pair;
    } catch (error) {
      const { message } = error as BadCertificate;
      if (message !== this.#problem)
        this.#log.error({ reason: message }, 'the certificate was kept');
      this.#problem = message;
      return undefined;
    }
  }
}

function pem(value: string): string {
  return value.includes('-----BEGIN ') ? value : readFileSync(value, 'utf8');
}
