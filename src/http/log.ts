/** What the HTTP side asks of a logger; pino's has it. */
export interface HttpLog {
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}
