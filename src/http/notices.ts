import type { DoorProblem, Refusal } from './refusal.ts';
import { shownTarget } from './route.ts';

/** Who was refused, and what it showed. */
export interface Refused {
  readonly address: string;
  readonly device?: string | undefined;
  /** the request target as it came: made fit to be shown where it is */
  readonly target: string;
  /** the user name it answered with */
  readonly username?: string;
  /** whether an account of that name exists */
  readonly userKnown?: boolean;
  /** more exactly what is wrong */
  readonly detail?: string;
}

interface NoticeRow {
  /** how many in a row until it is told */
  readonly after: number;
  readonly reason: string;
  readonly message: (refused: Refused) => string;
}

const rows: Readonly<Record<DoorProblem, NoticeRow>> = {
  wrong_credentials: {
    after: 3,
    reason: 'wrong user name or password',
    message: (refused) =>
      `${who(refused)} answers with ${
        refused.userKnown === true
          ? `the user ${shown(refused.username)} and another password`
          : `the user ${shown(refused.username)}, which no account has`
      }. ${cure(refused)}`,
  },
  no_credentials: {
    after: 3,
    reason: 'never answers when asked for a password',
    message: (refused) =>
      `${who(refused)} pushes without user name and password, and does not answer when asked for them. ${cure(refused)}`,
  },
  bad_authorization: {
    after: 3,
    reason: 'unreadable Authorization header',
    message: (refused) =>
      `${who(refused)} sends an Authorization header that is no Digest (${refused.detail ?? ''}). ${cure(refused)}`,
  },
  wrong_uri: {
    after: 1,
    reason: 'Digest made for another path',
    message: (refused) =>
      `${who(refused)} has the right password, but made its Digest for another path than arrived (${refused.detail ?? ''}). Something in between rewrites paths: let it pass them unchanged.`,
  },
  no_qop: {
    after: 1,
    reason: 'Digest without qop',
    message: (refused) =>
      `${who(refused)} has the right password, but its Digest has no qop and so no protection against replay. Where it cannot do better, set auth.allow_no_qop: true.`,
  },
  guessing: {
    after: 1,
    reason: 'too many wrong passwords',
    message: ({ address }) =>
      `Somebody at ${address} tries one password after the other. Most are not even looked at any more; devices that knew theirs before still come in. Find out what it is.`,
  },
  repeated_nc: {
    after: 1,
    reason: 'repeats its nonce count',
    message: (refused) =>
      `${who(refused)} uses a nonce count (nc) again and is asked for a new Digest each time. Where its firmware never counts, ${setting(refused, 'allow_repeated_nc')}: true lets it.`,
  },
};

/** How many tries in a row until {@link notice} is due. */
export function dueAfter(type: DoorProblem): number {
  return rows[type].after;
}

/** What to tell the user, with the cure. */
export function notice(type: DoorProblem, refused: Refused): Refusal {
  const { reason, message } = rows[type];
  return {
    type,
    reason,
    address: refused.address,
    ...(refused.device === undefined ? {} : { device: refused.device }),
    message: message(refused),
    path: shownTarget(refused.target),
  };
}

/** A stranger chose these texts: quoted, and short. */
function shown(text = ''): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 63)}…` : text);
}

function who({ address, device }: Refused): string {
  return device === undefined
    ? `The sender at ${address}`
    : `The device ${shown(device)} at ${address}`;
}

function setting({ device }: Refused, name: string): string {
  return device === undefined ? `devices.<its id>.${name}` : `devices.${shown(device)}.${name}`;
}

function cure(refused: Refused): string {
  return [
    'Enter the user name and password that `jvs2mqtt credentials` shows on its page;',
    'or, where it authenticates with an account of its own, set',
    `${setting(refused, 'username')} and ${setting(refused, 'password')} to that;`,
    `or, where it cannot authenticate, ${setting(refused, 'auth')}: none`,
    `with ${setting(refused, 'address')}: ${refused.address}.`,
  ].join(' ');
}
