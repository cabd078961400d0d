import { describe, expect, test } from 'vitest';
import { createLogger, textLine } from '../src/log.ts';

function lines(
  format: 'auto' | 'text' | 'json',
  write: (log: ReturnType<typeof createLogger>) => void,
  options: { isTTY?: boolean; level?: 'info' | 'debug' | 'silent' } = {},
): string[] {
  const written: string[] = [];
  const { level = 'info', ...output } = options;
  const log = createLogger({ level, format }, { ...output, write: (text) => written.push(text) });
  write(log);
  return written;
}

describe('json', () => {
  test('one object a line, with a readable time and level', () => {
    const [line = ''] = lines('json', (log) => log.warn({ device: 'A1' }, 'refused'));
    expect(JSON.parse(line)).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      device: 'A1',
      msg: 'refused',
    });
    expect(line.endsWith('}\n')).toBe(true);
  });

  test('is what no terminal gets by itself', () => {
    expect(lines('auto', (log) => log.info('x'))[0]).toMatch(/^\{/);
    expect(lines('auto', (log) => log.info('x'), { isTTY: true })[0]).toMatch(/^\d{4}/);
  });
});

describe('text', () => {
  test('time, level, message and fields', () => {
    const [line] = lines('text', (log) =>
      log.info({ port: 8780, name: 'a b', id: 'A1' }, 'listening'),
    );
    expect(line).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO {2}listening port=8780 name="a b" id=A1\n$/,
    );
  });

  test('what a camera sends makes no line of its own', () => {
    const [line = ''] = lines('text', (log) =>
      log.info({ name: 'x\n2026-01-01 ERROR fake\u001b[2J' }, 'hello\r\nfake'),
    );
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
  });

  test('an error has its stack, a warning only its message', () => {
    const err = new Error('went wrong');
    const [error = ''] = lines('text', (log) => log.error({ err }, 'sorry'));
    expect(error).toMatch(/ERROR sorry err="went wrong"\n {4}Error: went wrong\n {4}at /);
    const [warning = ''] = lines('text', (log) => log.warn({ err }, 'sorry'));
    expect(warning).toMatch(/WARN {2}sorry err="went wrong"\n$/);
  });

  test('a message alone, and none', () => {
    expect(textLine('{"level":"info","time":"2026-01-02T03:04:05Z","msg":"x"}')).toMatch(
      /INFO {2}x\n$/,
    );
    expect(textLine('{"level":"info","time":"2026-01-02T03:04:05Z","a":null}')).toMatch(
      / a=null\n$/,
    );
  });
});

test('the level decides', () => {
  const write = (log: ReturnType<typeof createLogger>) => {
    log.debug('a');
    log.info('b');
  };
  expect(lines('text', write)).toHaveLength(1);
  expect(lines('text', write, { level: 'debug' })).toHaveLength(2);
  expect(lines('text', write, { level: 'silent' })).toHaveLength(0);
});

test.each(['text', 'json'] as const)('no secret gets into %s', (format) => {
  const secret = 'geheim';
  const device = { password: secret };
  const text = lines(format, (log) => {
    log.info({ password: secret }, 'a');
    log.info({ user: { password: secret } }, 'b');
    log.info({ headers: { authorization: secret } }, 'c');
    log.info(
      { settings: { mqtt: { password: secret, key: secret }, devices: { A1: device } } },
      'd',
    );
    log.info({ auth: { password: secret, users: [{ password: secret }] } }, 'e');
  }).join('');
  expect(text).not.toContain(secret);
  expect(text).toContain('(hidden)');
});
