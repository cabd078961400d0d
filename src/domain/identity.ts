/** Who authenticated: a user, whose account may be one device's, an address bound to a device, or nobody. */
export type Principal =
  | {
      readonly kind: 'user';
      readonly username: string;
      readonly deviceId?: string;
      /** several devices have this account: it speaks for these alone */
      readonly among?: readonly string[];
    }
  | { readonly kind: 'address'; readonly deviceId: string }
  | { readonly kind: 'anyone' };

export interface Claims {
  /** the header `User-Identify` */
  readonly userIdentify?: string | undefined;
  /** the id in a JSON body; never DEVICEID or CHANNEL_SN of a TLV, which are a channel's (protocol §3) */
  readonly bodyId?: string | undefined;
  readonly principal: Principal;
}

/** Real ids have about a dozen characters; MQTT topics and unique ids are made of them. */
const LONGEST = 64;

/**
 * Who pushes (protocol §2): `User-Identify`, else the body's id, else the authenticated user of one
 * device. What contradicts is refused, so that no camera can speak for another.
 *
 * @returns the device's id, or in plain words why it is refused
 */
export function identify(
  claims: Claims,
): { readonly deviceId: string } | { readonly refused: string } {
  const header = claims.userIdentify?.trim() || undefined;
  const body = claims.bodyId?.trim() || undefined;
  const account = claims.principal.kind === 'anyone' ? undefined : claims.principal.deviceId;
  const deviceId = header ?? body ?? account;
  if (deviceId === undefined) {
    return {
      refused:
        'the push names no device: its User-Identify header and its id are empty; give the camera an account of its own (devices.<id>.username)',
    };
  }
  const flaw = flawOf(deviceId);
  if (flaw !== undefined) return { refused: `the device id ${flaw}` };
  if (body !== undefined && body !== deviceId) {
    return { refused: `the User-Identify header says ${deviceId}, the body ${shown(body)}` };
  }
  if (account !== undefined && account !== deviceId) {
    return { refused: `${account} authenticated, but the push is in the name of ${deviceId}` };
  }
  const among = claims.principal.kind === 'user' ? claims.principal.among : undefined;
  if (among !== undefined && !among.includes(deviceId)) {
    return { refused: `the account is not one of ${deviceId}` };
  }
  return { deviceId };
}

/**
 * Whether a device pushes from another address than the one that it is bound to. One with an account or
 * an address of its own has proved who it is.
 */
export function isBoundElsewhere(
  boundTo: string | undefined,
  principal: Principal,
  address: string,
): boolean {
  return boundTo !== undefined && !isProven(principal) && boundTo !== address;
}

/** Whether the principal is one device, and not a user that several share, or anybody. */
export function isProven(principal: Principal): boolean {
  return principal.kind !== 'anyone' && principal.deviceId !== undefined;
}

/** What is wrong with an id, in words that follow it. */
export function flawOf(id: string): string | undefined {
  if (id.length > LONGEST) return `has ${id.length} characters, the limit is ${LONGEST}`;
  // C: control, format, surrogate, private use, unassigned; Zl and Zp: line and paragraph separators
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(id)) return 'has control characters';
  return undefined;
}

function shown(id: string): string {
  return flawOf(id) === undefined ? id : `one that ${flawOf(id)}`;
}
