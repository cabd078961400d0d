/** Text as headers bring it: Node hands their bytes on as Latin-1, a character each, whatever they were. */

/** Whether its bytes are the same in Latin-1 and in UTF-8. */
export function isAscii(latin1: string): boolean {
  return Buffer.byteLength(latin1) === latin1.length;
}

/** What was sent, where it was UTF-8. */
export function utf8Of(latin1: string): string {
  return isAscii(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8');
}
