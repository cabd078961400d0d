/** Every limit of the HTTP side that is not a setting, with its reason. Times in ms, sizes in bytes. */

/** A camera sends about eight headers; what Node does not count it drops. */
export const MAX_HEADERS = 100;
/** Node's own default: a Digest header takes 500 bytes, a device id anything. */
export const MAX_HEADER_SIZE = 16 * 1024;
/** Headers come in one packet; a camera on bad Wi-Fi still has time. */
export const HEADERS_TIMEOUT = 30_000;
/** 16 MB at 60 KB/s: the slowest upload that still gets through. */
export const REQUEST_TIMEOUT = 300_000;
/** How often Node looks for requests that are past the two above. */
export const CONNECTIONS_CHECK = 10_000;
/** A kept connection must outlive the pause between two heartbeats, or each of them opens a new one. */
export const KEEP_ALIVE_MARGIN = 15_000;
/** But a heartbeat an hour is not worth a socket. */
export const KEEP_ALIVE_MOST = 5 * 60_000;
/** Twice what 500 cameras hold with two connections each. */
export const MAX_CONNECTIONS = 2_048;
/**
 * How much past the largest body is still read and thrown away, so that the answer is heard: an
 * uploader that reads only after sending gets EPIPE where the server stops reading.
 */
export const DISCARD_MORE = 64 * 1024 * 1024;
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
