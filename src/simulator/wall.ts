/** A camera's wall clock as text (protocol §1 "Times"): `YYYY-MM-DD hh:mm:ss`, without a zone. */
export function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 19).replace('T', ' ');
}

/** The same as bare digits, as ids and file names have it: `20201125112820`. */
export function wallDigits(wall: number): string {
  return wallText(wall).replace(/\D/g, '');
}
