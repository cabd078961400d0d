import { createHash } from 'node:crypto';

/** A secret in every form in which it might slip out. */
export function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  // base64 of a longer text has it at one of three offsets
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : offset + 1).replace(/.{0,2}=*$/, '');
  });
  const hex = bytes.toString('hex');
  return [secret, encodeURIComponent(secret), ...base64, hex, hex.toUpperCase()];
}

/** HA1 of Digest: whoever has it can authenticate (RFC 7616 §3.4.2). */
export function digestSecrets(username: string, realm: string, password: string): string[] {
  return ['md5', 'sha256'].map((name) =>
    createHash(name).update(`${username}:${realm}:${password}`).digest('hex'),
  );
}

/**
 * The texts in which a secret is found in any form.
 * @param texts by where they are from
 */
export function leaksIn(
  texts: Iterable<readonly [where: string, text: string]>,
  secrets: readonly string[],
): readonly string[] {
  const needles = secrets.flatMap((secret) => formsOf(secret).map((form) => ({ secret, form })));
  const found: string[] = [];
  for (const [where, text] of texts) {
    for (const { secret, form } of needles) {
      if (text.includes(form))
        found.push(`${secret} as ${form} in ${where}: ${text.slice(0, 200)}`);
    }
  }
  return found;
}
