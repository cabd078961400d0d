type Write = (fields: object, text: string) => void;

/** What this folder needs of a logger; pino's is one. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}
