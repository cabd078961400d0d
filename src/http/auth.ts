import type { Settings } from '../config/schema.ts';
import { type Account, Accounts } from './accounts.ts';
import { Attempts } from './attempts.ts';
import { type DigestCredentials, parseCredentials } from './authorization.ts';
import { BoundedMap } from './bounded.ts';
import {
  type Algorithm,
  challenge,
  digestResponse,
  OFFERS,
  sameText,
  secretHash,
  targetHash,
} from './digest.ts';
import { Guesses, type Known } from './guesses.ts';
import { utf8Of } from './header-text.ts';
import { MAX_HASHED_TARGETS } from './limits.ts';
import { Nonces } from './nonces.ts';
import type { Refused } from './notices.ts';
import type { Principal } from './push.ts';
import type { DoorProblem, Refusals } from './refusal.ts';
import { originForm, shownTarget } from './route.ts';

/** What of a request decides who may come in. */
export interface Knock {
  /** the HTTP method as received: it is hashed */
  readonly verb: string;
  /** the request's target as received: it is hashed */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly address: string;
  /** who it says it is: `User-Identify` */
  readonly device: string | undefined;
}

export type Verdict =
  | { readonly ok: true; readonly principal: Principal }
  /** `answered` is to be called when the challenges go out; `hold`: they take their time */
  | {
      readonly ok: false;
      readonly challenges: readonly string[];
      readonly answered: () => void;
      readonly hold: boolean;
    };

/** What a Digest turned out to be. */
type Checked =
  | { readonly is: 'right'; readonly principal: Principal }
  | { readonly is: 'stale'; readonly repeated: boolean; readonly account: string }
  /** not looked at: its address tried too many */
  | { readonly is: 'held' }
  | { readonly is: 'refused'; readonly type: DoorProblem; readonly refused: Refused };

export interface AuthenticatorOptions {
  readonly settings: Pick<Settings, 'auth' | 'devices'>;
  /** the main account's password, as resolved at start */
  readonly password: string;
  readonly refusals: Refusals;
  readonly nonces?: Nonces;
  /** who came in before the start */
  readonly known?: Iterable<Known>;
}

/** Decides who may come in. Time is an argument; nothing here waits. */
export class Authenticator {
  readonly #auth: Settings['auth'];
  readonly #accounts: Accounts;
  readonly #nonces: Nonces;
  readonly #attempts: Attempts;
  readonly #guesses: Guesses;
  readonly #targets = new BoundedMap<string, string>(MAX_HASHED_TARGETS);
  /** compared with where the user is unknown, so that the time taken tells nothing */
  readonly #nobody: Account;

  constructor({ settings, password, refusals, nonces, known }: AuthenticatorOptions) {
    this.#auth = settings.auth;
    this.#accounts = new Accounts(settings, password);
    this.#nonces = nonces ?? new Nonces({ life: settings.auth.nonce_life * 1000 });
    this.#attempts = new Attempts(refusals);
    this.#guesses = new Guesses(known);
    const secret = secretHash('MD5', '', '', '');
    this.#nobody = { username: '', key: '', secret: { MD5: secret, 'SHA-256': secret } };
  }

  /** @param now ms since 1970 UTC */
  check(knock: Knock, now: number): Verdict {
    if (this.#auth.mode === 'none') return { ok: true, principal: { kind: 'anyone' } };
    const { address, device, target } = knock;
    const refused: Refused = { address, device, target };
    const checked =
      knock.authorization === undefined
        ? undefined
        : this.#digest(knock.authorization, knock, refused, now);
    if (checked?.is === 'right' || checked?.is === 'stale') this.#attempts.succeeded(refused);
    if (checked?.is === 'right') return { ok: true, principal: checked.principal };
    const byAddress = this.#byAddress(knock);
    if (byAddress !== undefined) return { ok: true, principal: byAddress };
    return this.#refuse(checked, refused, now);
  }

  #refuse(checked: Exclude<Checked, { is: 'right' }> | undefined, refused: Refused, now: number) {
    const stale = checked?.is === 'stale';
    const account = stale ? checked.account : '';
    const challenges = OFFERS[this.#auth.algorithm].map((algorithm) =>
      challenge(algorithm, this.#auth.realm, this.#nonces.issue(now, account), stale),
    );
    if (checked?.is === 'refused') this.#attempts.failed(checked.type, checked.refused);
    if (checked?.is === 'held') this.#attempts.guessing(refused);
    if (checked?.is === 'stale' && checked.repeated) this.#attempts.repeated(refused);
    const answered = checked === undefined ? this.#attempts.unanswered(refused) : () => {};
    return { ok: false, challenges, answered, hold: checked?.is === 'held' } as const;
  }

  /** The response is checked before anything that another sender's requests depend on is touched. */
  #digest(authorization: string, knock: Knock, refused: Refused, now: number): Checked {
    const parsed = parseCredentials(authorization);
    if (!parsed.ok) {
      const detail = `${parsed.problem}, at character ${parsed.position}`;
      return { is: 'refused', type: 'bad_authorization', refused: { ...refused, detail } };
    }
    const { credentials } = parsed;
    const algorithm = this.#algorithm(credentials);
    if (algorithm === undefined) {
      const detail = 'its algorithm or qop was not offered';
      return { is: 'refused', type: 'bad_authorization', refused: { ...refused, detail } };
    }
    const { address, device: claimed } = knock;
    const usernames = namesOf(credentials);
    const named = usernames.flatMap((name) => this.#accounts.named(name, knock.device));
    const isHeld = !this.#guesses.allows(address, claimed, now);
    const known = isHeld
      ? named.filter(({ key }) => this.#nonces.isTrusted(credentials.nonce, key))
      : named;
    const matches =
      isHeld && known.length === 0 ? [] : this.#matching(known, algorithm, credentials, knock);
    const [first] = matches;
    if (first === undefined && isHeld) return { is: 'held' };
    if (first === undefined) {
      const username = usernames[0] ?? '';
      this.#guesses.wrong(address, claimed, now);
      const guess = { ...refused, username, userKnown: known.length > 0 };
      return { is: 'refused', type: 'wrong_credentials', refused: guess };
    }
    this.#guesses.right(address, claimed);
    if (!sameTarget(credentials.uri, knock.target)) {
      const detail = `${shownTarget(credentials.uri)} instead of ${shownTarget(knock.target)}`;
      return { is: 'refused', type: 'wrong_uri', refused: { ...refused, detail } };
    }
    if (credentials.qop === undefined && !this.#auth.allow_no_qop) {
      return { is: 'refused', type: 'no_qop', refused };
    }
    const principal = principalOf(matches, knock.device);
    const device = knock.device ?? principal.deviceId;
    const allowRepeated = this.#accounts.mayRepeat(device);
    const by = { account: first.key, device, allowRepeated };
    const use = this.#nonces.use(credentials.nonce, credentials.nc, now, by);
    return use === 'fresh'
      ? { is: 'right', principal }
      : { is: 'stale', repeated: use === 'repeated', account: first.key };
  }

  /** Only what was offered is taken: `auth-int` and `-sess` never are. */
  #algorithm({ algorithm, qop }: DigestCredentials): Algorithm | undefined {
    if (qop !== undefined && qop.toLowerCase() !== 'auth') return undefined;
    return OFFERS[this.#auth.algorithm].find((offered) => offered === algorithm);
  }

  /**
   * The accounts whose password made this response. Stops at the first that is the claimed device's
   * own: it speaks for itself.
   */
  #matching(
    accounts: readonly Account[],
    algorithm: Algorithm,
    credentials: DigestCredentials,
    knock: Knock,
  ): readonly Account[] {
    const { nonce, qop, nc, cnonce, uri, response } = credentials;
    const key = `${algorithm} ${knock.verb} ${uri}`;
    const cached = this.#targets.get(key);
    const target = cached ?? targetHash(algorithm, knock.verb, uri);
    const counted =
      qop === undefined || nc === undefined || cnonce === undefined
        ? {}
        : { qop: { qop, nc, cnonce } };
    const matches: Account[] = [];
    for (const account of accounts.length === 0 ? [this.#nobody] : accounts) {
      const parts = { secret: account.secret[algorithm], target, nonce, ...counted };
      if (!sameText(digestResponse(algorithm, parts), response)) continue;
      if (account === this.#nobody) continue;
      matches.push(account);
      if (account.deviceId !== undefined && account.deviceId === knock.device) break;
    }
    if (matches.length > 0 && cached === undefined) this.#targets.set(key, target);
    return matches;
  }

  /** `devices.<id>.auth: none`, bound to an address. Who does not say which of several it is stays out. */
  #byAddress({ address, device }: Knock): Principal | undefined {
    const devices = this.#accounts.at(address);
    const only = devices.length === 1 ? devices[0] : undefined;
    const deviceId = device === undefined ? only : devices.find((id) => id === device);
    return deviceId === undefined ? undefined : { kind: 'address', deviceId };
  }
}

/** Some clients escape quotes and backslashes in the user name, some do not; all its bytes are UTF-8. */
function namesOf({ username, usernameAsSent }: DigestCredentials): readonly string[] {
  const name = utf8Of(username);
  const asSent = usernameAsSent === username ? name : utf8Of(usernameAsSent);
  return asSent === name ? [name] : [name, asSent];
}

/** A shared account may speak for any device, an own one for its own alone. */
function principalOf(
  matches: readonly Account[],
  device: string | undefined,
): Extract<Principal, { kind: 'user' }> {
  const username = matches[0]?.username ?? '';
  const owners = matches.flatMap(({ deviceId }) => deviceId ?? []);
  const own = owners.find((id) => id === device) ?? (matches.length === 1 ? owners[0] : undefined);
  if (own !== undefined) return { kind: 'user', username, deviceId: own };
  if (owners.length < matches.length) return { kind: 'user', username };
  return { kind: 'user', username, among: owners };
}

/**
 * Whether a Digest was made for the target that arrived: compared as sent, the camera's doubled
 * slashes and all. Absolute or not is the same; one client leaves the query out.
 */
function sameTarget(uri: string, target: string): boolean {
  if (uri === target) return true;
  const [sent, received] = [originForm(uri), originForm(target)];
  return sent === received || sent === received.replace(/\?.*$/s, '');
}
