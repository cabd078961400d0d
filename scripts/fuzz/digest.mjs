import { defaultSettings } from '../../dist/config/convict.js';
import { escapeId, unescapeId } from '../../dist/homeassistant/escape.js';
import { Authenticator } from '../../dist/http/auth.js';
import { parseCredentials } from '../../dist/http/authorization.js';
import { Refusals } from '../../dist/http/refusal.js';
import { bend } from './random.mjs';

const settings = defaultSettings();
const authenticator = new Authenticator({
  settings,
  password: 'never guessed',
  refusals: new Refusals(() => {}),
});
const samples = [
  'Digest username="admin",realm="no auth",nonce="C40Hr6NCxnvamwrO71o1zw==",uri="/v1/device/keepalive",response="42ad032d98035f15fde4b2013930ec06",algorithm="MD5",qop=auth,nc=42,cnonce="bc9d806106d901b02b909a0b93538ef0"',
  'Digest username="jvs2mqtt", realm="jvs2mqtt", nonce="00", uri="/", response="", qop="auth", nc="00000001", cnonce=""',
  'digest\tusername=a,nonce=b,uri=c,response=d',
].map((text) => Buffer.from(text));
const bits = ['"', '\\', ',', '=', ' ', '\t', 'username=', 'nc=', 'Digest ', '\u00ff', ';'].map(
  (text) => Buffer.from(text, 'latin1'),
);

function make(random) {
  let text = bend(random.one(samples), random, 8);
  for (let more = random.below(4); more > 0; more--) {
    const at = random.below(text.length + 1);
    const times = random.chance(5) ? random.below(3_000) : 1;
    text = Buffer.concat([
      text.subarray(0, at),
      Buffer.concat(Array(times).fill(random.one(bits))),
      text.subarray(at),
    ]);
  }
  return {
    text,
    address: `192.0.2.${random.below(256)}`,
    device: random.chance(50) ? undefined : text.toString('latin1'),
  };
}

let now = 1_700_000_000_000;

function check({ text, address, device }, thorough) {
  const authorization = text.toString('latin1');
  const first = parseCredentials(authorization);
  if (!thorough) return;
  if (JSON.stringify(first) !== JSON.stringify(parseCredentials(authorization))) {
    throw new Error('another answer');
  }
  now += 7;
  const knock = { verb: 'POST', target: '/v1/device/keepalive', authorization, address, device };
  const verdict = authenticator.check(knock, now);
  if (verdict.ok) throw new Error('let in');
  if (
    !/^Digest realm="jvs2mqtt", qop="auth", nonce="[0-9a-f]{76}", algorithm=MD5$/.test(
      verdict.challenges[0],
    )
  ) {
    throw new Error(`challenge ${verdict.challenges[0]}`);
  }
  checkId(text);
}

/** No id leaves its level of a topic, and no two ids are one. */
function checkId(text) {
  const id = text.toString('utf8');
  const escaped = escapeId(id);
  if (/[/+#$.\s\0]/.test(escaped) || unescapeId(escaped) !== id.toWellFormed())
    throw new Error(`id ${escaped}`);
}

export const digest = { make, check, bytesOf: ({ text }) => text };
