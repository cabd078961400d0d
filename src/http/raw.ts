import { STATUS_CODES } from 'node:http';
import { JSON_TYPE } from './answers.ts';

/** An answer as bytes, for a connection on which no request was understood and that ends with it. */
export function rawAnswer(status: number, body: string): string {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    `Content-Type: ${JSON_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
