/** Every limit of the HTTP side that is not a setting, with its reason. Times in ms, sizes in bytes. */

/** A camera sends about eight headers. */
export const MAX_HEADERS = 64;
/** Node's own default: a Digest header takes 500 bytes, a device id anything. */
export const MAX_HEADER_SIZE = 16 * 1024;
/** Headers come in one packet; a camera on bad Wi-Fi still has time. */
export const HEADERS_TIMEOUT = 30_000;
/** Bytes a second that a body must come with on average: bad Wi-Fi has ten times that. */
export const LEAST_RATE = 1024;
/** So long a body may take however little of it comes. */
export const BODY_GRACE = 30_000;
/** So long nothing at all may come: TCP itself tries again within it. */
export const LONGEST_PAUSE = 60_000;
/** How often it is looked for senders that are too slow. */
export const SLOW_CHECK = 5_000;
/** How often certificate and key are looked at. */
export const CERTIFICATE_CHECK = 60_000;
/** How often Node looks for requests that are past the two above. */
export const CONNECTIONS_CHECK = 10_000;
/** A kept connection must outlive the pause between two heartbeats, or each of them opens a new one. */
export const KEEP_ALIVE_MARGIN = 15_000;
/** But a heartbeat an hour is not worth a socket. */
export const KEEP_ALIVE_MOST = 5 * 60_000;
/** A week of heartbeats and an hour of detections: then a connection is closed in good order. */
export const MAX_REQUESTS = 10_000;
/** Requests on one connection that wait for their answer: no camera sends the next before it has one. */
export const MAX_PIPELINED = 8;
/** Requests in a row on one connection that are refused at the door: then it is closed. */
export const MAX_REFUSED = 100;
/** Wrong passwords that an address may try at once, and how many a second from then on. */
export const GUESSES = 30;
export const GUESSES_A_SECOND = 1;
/** How long the answer to one more of them takes. */
export const GUESS_HOLD = 1_000;
/**
 * How much past the largest body is still read and thrown away, so that the answer is heard: an
 * uploader that reads only after sending gets EPIPE where the server stops reading.
 */
export const DISCARD_MORE = 64 * 1024 * 1024;
/**
 * Pushes that are handled at once, the others wait with their bodies: so few while there is always one that can
 * go on, so many while all of them wait for the broker or the disk. While it is handled each needs a hundred times
 * the memory of a small body: with many at once collecting it takes more time than the pushes do.
 */
export const AT_ONCE = { least: 12, most: 128 };
/** How often it is looked which of the two it is while somebody waits. */
export const CROWD_CHECK = 5;
/** The part of the time that the loop works from which it has no time to spare. */
export const BUSY = 0.9;
/** Characters of `User-Identify` that are handed on: no device has an id of so many. */
export const MAX_DEVICE = 256;
/** Characters of a path that are handed on; ours have 50. */
export const MAX_PATH = 512;
/** Characters of the last segment that an answer's `method` repeats. */
export const MAX_METHOD = 128;

/** Longer than any Digest header seen (500 characters), shorter than what Node lets in. */
export const MAX_AUTHORIZATION = 8 * 1024;
/** RFC 7616 defines twelve parameters. */
export const MAX_PARAMETERS = 32;
/** Nonces in use; each camera keeps one, forgetful ones take one a push. */
export const MAX_NONCES = 4_096;
/** Values of `nc` remembered per nonce: how far parallel uploads may overtake each other. */
export const NC_WINDOW = 64;
/** Addresses and devices whose failed tries are counted. */
export const MAX_TRACKS = 1_024;
/** Targets whose hash is kept: ten paths, as many base paths as cameras were typed with. */
export const MAX_HASHED_TARGETS = 256;
/** Targets whose route is kept: the same. */
export const MAX_ROUTES = 256;
