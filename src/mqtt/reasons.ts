/** What the user can do about a failure. */
type Cures = Readonly<Record<string, string>>;

/** Errors of the network and of TLS, by Node's code. */
const systemCures: Cures = {
  ECONNREFUSED: 'nothing listens there: is the broker running, and is mqtt.url right?',
  ENOTFOUND: 'no such host name: is mqtt.url right?',
  EAI_AGAIN: 'the host name cannot be looked up: does name resolution work?',
  ETIMEDOUT: 'no answer: is the address right, and does a firewall stand between?',
  EHOSTUNREACH: 'no way to that address: is it right, and is the broker in this network?',
  ENETUNREACH: 'no way to that address: is it right, and is the broker in this network?',
  ECONNRESET: 'the broker broke off: does it expect TLS (mqtts://) there, or none (mqtt://)?',
  EPIPE: 'the broker broke off',
  ENOENT: 'a file named in the mqtt settings does not exist',
  EACCES: 'a file named in the mqtt settings cannot be read',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    "its certificate is its own: name it, or its authority's, as mqtt.ca",
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known: name its certificate as mqtt.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known: name its certificate as mqtt.ca',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known: name its certificate as mqtt.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known: name its certificate as mqtt.ca',
  CERT_HAS_EXPIRED: 'its certificate has expired (or the clock here is wrong)',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet (or the clock here is wrong)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name than mqtt.url has',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on that port: mqtt:// or another port?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on that port: mqtt:// or another port?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it wants a client certificate: set mqtt.cert and mqtt.key',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'it wants a client certificate: set mqtt.cert and mqtt.key',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE':
    'it wants a client certificate: set mqtt.cert and mqtt.key',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not accept the client certificate (mqtt.cert)',
};

/** Reason codes of CONNACK and DISCONNECT (MQTT 5 §2.4), and the five of MQTT 3.1.1 §3.2.2.3. */
const brokerCures: Cures = {
  1: 'it does not speak this version of MQTT: see mqtt.version',
  2: 'it does not take the client id: see mqtt.client_id',
  4: 'wrong user name or password: see mqtt.username and mqtt.password',
  5: 'not authorized: wrong user name or password (mqtt.username, mqtt.password)?',
  132: 'it does not speak this version of MQTT: see mqtt.version',
  133: 'it does not take the client id: see mqtt.client_id',
  134: 'wrong user name or password: see mqtt.username and mqtt.password',
  135: 'not authorized: wrong user name or password (mqtt.username, mqtt.password)?',
  139: 'it is shutting down',
  142: 'another client has the same client id: give each a mqtt.client_id of its own',
  149: 'a packet was too large for it: lower mqtt.max_packet',
};

/** The codes by which a broker says that it does not speak the version asked for. */
const VERSION_REFUSED: ReadonlySet<number> = new Set([1, 132]);

/** Why there is no connection. */
export interface Reason {
  /** one plain sentence without secrets, the same for the same cause */
  readonly text: string;
  readonly code?: string | number;
  /** worth an attempt with another version of MQTT */
  readonly versionRefused: boolean;
}

/** The reason that an error of socket, TLS or MQTT means. */
export function reasonOf(error: unknown): Reason {
  const message = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  if (code === undefined) return { text: message, versionRefused: false };
  const cure = systemCures[code] ?? brokerCures[code];
  const text = cure === undefined ? `${message || code} (${code})` : `${cure} (${code})`;
  return { text, code, versionRefused: typeof code === 'number' && VERSION_REFUSED.has(code) };
}

/** The reason that the broker gave in a DISCONNECT of its own (MQTT 5 §3.14.2.1). */
export function reasonOfDisconnect(code: number, name: string): Reason {
  return { ...reasonOf(Object.assign(new Error(name), { code })), versionRefused: false };
}

function codeOf(error: unknown): string | number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}
