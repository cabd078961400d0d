import { createHmac, randomBytes } from 'node:crypto';
import { BoundedMap } from './bounded.ts';
import { sameText } from './digest.ts';
import { MAX_NONCES } from './limits.ts';
import { CountWindow } from './window.ts';

/** Bytes of a nonce: who made it, when (ms), what makes it unique, and the proof. */
const START = 8;
const TIME = 6;
const RANDOM = 8;
const PROOF = 16;
/** where the byte is that says whether it was earned */
const EARNED = (START + TIME) * 2;
const PLAIN = (START + TIME + RANDOM) * 2;
const SHAPE = new RegExp(`^[0-9a-f]{${PLAIN + PROOF * 2}}$`);

export interface NonceOptions {
  /** ms that a nonce lives */
  readonly life: number;
  /** names this run; a nonce of another run is answered `stale=true` */
  readonly start?: Buffer;
  readonly key?: Buffer;
  /** how many nonces in use are remembered */
  readonly capacity?: number;
}

/** What using a nonce gave. All but `fresh` is answered `stale=true`. */
export type NonceUse = 'fresh' | 'expired' | 'foreign' | 'repeated';

export interface UseOptions {
  /** whose password made the response, see {@link Nonces.issue} */
  readonly account?: string;
  /** the device that says it sends */
  readonly device?: string | undefined;
  /** let `nc` repeat, where the nonce is this device's from its first use on */
  readonly allowRepeated?: boolean;
}

interface InUse {
  readonly issuedAt: number;
  readonly account: string;
  readonly device: string | undefined;
  readonly counts: CountWindow;
}

/**
 * Nonces that cost no memory until they are first rightly used: a flood of challenges leaves nothing
 * behind. In hex, for one client strips `=`.
 */
export class Nonces {
  readonly #life: number;
  readonly #start: string;
  readonly #key: Buffer;
  readonly #inUse: BoundedMap<string, InUse>;
  /** a nonce not in use and no younger than this may have been forgotten: it is not taken again */
  #forgottenUntil = Number.NEGATIVE_INFINITY;

  constructor(options: NonceOptions) {
    this.#life = options.life;
    this.#start = (options.start ?? randomBytes(START)).toString('hex');
    this.#key = options.key ?? randomBytes(32);
    this.#inUse = new BoundedMap(options.capacity ?? MAX_NONCES, ({ issuedAt }) => {
      this.#forgottenUntil = Math.max(this.#forgottenUntil, issuedAt);
    });
  }

  /**
   * A nonce of its own for every challenge: shared between clients, their `nc` would collide.
   * @param account who gets it has just shown that it knows this one's password, with a nonce of before
   */
  issue(now: number, account = ''): string {
    const time = Math.trunc(now)
      .toString(16)
      .padStart(TIME * 2, '0');
    const random = randomBytes(RANDOM);
    // one bit of it says so: what is signed cannot be made up
    random.writeUInt8((random.readUInt8(0) & 0xfe) | (account === '' ? 0 : 1), 0);
    const plain = this.#start + time + random.toString('hex');
    return plain + this.#proof(plain, account);
  }

  /**
   * Whether the account rightly used it before, or was given it for a password that it knew. Of no use for
   * another's password: who knows one could else try all others with it. Changes nothing.
   */
  isTrusted(nonce: string, account: string): boolean {
    const use = this.#inUse.peek(nonce);
    if (use !== undefined) return use.account === account;
    return isEarned(nonce) && this.#issuedAt(nonce, account) !== undefined;
  }

  /**
   * Uses a nonce once. To be called when the response was found right, and only then: else a
   * stranger could use up the counts of others.
   *
   * @param nc as sent; `undefined` without `qop`, which has no replay protection
   */
  use(nonce: string, nc: string | undefined, now: number, options: UseOptions = {}): NonceUse {
    const { account = '' } = options;
    const known = this.#inUse.get(nonce);
    const issuedAt = known?.issuedAt ?? this.#issuedAt(nonce, account);
    if (issuedAt === undefined) return 'foreign';
    if (now - issuedAt > this.#life) return 'expired';
    if (known === undefined && issuedAt <= this.#forgottenUntil) return 'expired';
    if (nc === undefined) return 'fresh';
    const use = known ?? { issuedAt, account, device: options.device, counts: new CountWindow() };
    if (known === undefined) this.#inUse.set(nonce, use);
    if (use.counts.take(nc)) return 'fresh';
    const own = options.device !== undefined && options.device === use.device;
    return own && options.allowRepeated === true ? 'fresh' : 'repeated';
  }

  #issuedAt(nonce: string, account: string): number | undefined {
    if (!SHAPE.test(nonce) || !nonce.startsWith(this.#start)) return undefined;
    const plain = nonce.slice(0, PLAIN);
    const proof = this.#proof(plain, isEarned(nonce) ? account : '');
    if (!sameText(proof, nonce.slice(PLAIN))) return undefined;
    return Number.parseInt(plain.slice(START * 2, (START + TIME) * 2), 16);
  }

  #proof(plain: string, account: string): string {
    return createHmac('sha256', this.#key)
      .update(plain)
      .update(account)
      .digest('hex')
      .slice(0, PROOF * 2);
  }
}

function isEarned(nonce: string): boolean {
  return (Number.parseInt(nonce.slice(EARNED, EARNED + 2), 16) & 1) === 1;
}
