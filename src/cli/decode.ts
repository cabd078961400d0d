import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { decodeReport } from '../decode/decode.ts';
import { type DecodedReport, type Fault, UnreadableReport } from '../decode/report.ts';
import { type Captured, readCapture } from './decode/capture.ts';
import { guess, matchOf } from './decode/guess.ts';
import { faultLines, reportLines } from './decode/print.ts';
import { readable, toShownJson } from './decode/values.ts';

const USAGE = `Usage: jvs2mqtt decode [options] FILE

Prints what a camera sent as the bridge understands it. FILE is a body (JSON or TLV), a whole HTTP
request, or a recorded connection of several; - reads standard input.

  --method NAME  the report's method or path; by default it is told from the request or the content
  --json         print JSON, one line a report
  --hex          print the first bytes of each value beside it
  --help         print this

Pictures are never printed, only their sizes. Exit: 0 read, 1 nothing could be read, 2 wrong use.
`;

/** Where a command reads and writes. */
export interface DecodeIo {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** read where FILE is `-` */
  readonly stdin?: NodeJS.ReadableStream;
}

interface Options {
  readonly method: string | undefined;
  readonly json: boolean;
  readonly hex: boolean;
}

/**
 * `jvs2mqtt decode`: prints captured pushes with offsets, names, values, and faults.
 * @param args what stands behind `decode`
 * @returns the exit code: 0 read, 1 nothing of a body could be read, 2 wrong use or no such file
 */
export async function decode(args: string[], io: DecodeIo): Promise<number> {
  const parsed = parse(args);
  if (typeof parsed === 'string') {
    io.stderr.write(`${parsed}\n\n${USAGE}`);
    return 2;
  }
  if (parsed.help) {
    io.stdout.write(USAGE);
    return 0;
  }
  let file: Buffer;
  try {
    file =
      parsed.file === '-' ? await buffer(io.stdin ?? process.stdin) : await readFile(parsed.file);
  } catch (error) {
    io.stderr.write(`cannot read ${readable(parsed.file)}: ${readable(String(error))}\n`);
    return 2;
  }
  const captures = readCapture(file);
  if (captures.length === 0) {
    io.stderr.write('no request in it has a body\n');
    return 1;
  }
  const reports = captures.map((captured) => present(captured, parsed));
  io.stdout.write(reports.map(({ text }) => text).join(parsed.json ? '' : '\n'));
  return reports.every(({ isRead }) => isRead) ? 0 : 1;
}

interface Presented {
  readonly text: string;
  readonly isRead: boolean;
}

function present(captured: Captured, options: Options): Presented {
  const { body, request } = captured;
  const named = options.method ?? request?.target;
  const match = named === undefined ? guess(body) : matchOf(named);
  try {
    const decoded = decodeReport(match, body);
    return {
      text: options.json ? asJson(decoded) : asText(decoded, captured, options),
      isRead: true,
    };
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error;
    return { text: unreadable(match.method, error.faults, options), isRead: false };
  }
}

function asJson(decoded: DecodedReport): string {
  return `${readable(JSON.stringify(toShownJson(decoded)))}\n`;
}

function asText(decoded: DecodedReport, captured: Captured, { hex }: Options): string {
  const { request, userIdentify, problem } = captured;
  const lines = [
    ...(request ? [`request   ${request.verb} ${readable(request.target)}`] : []),
    ...(userIdentify ? [`sender    ${readable(userIdentify)} (User-Identify)`] : []),
    ...(problem ? [`framing   ${problem}`] : []),
    ...reportLines(decoded, captured.body, hex),
  ];
  return `${lines.join('\n')}\n`;
}

function unreadable(method: string, faults: readonly Fault[], { json }: Options): string {
  if (json) return `${readable(JSON.stringify({ method, kind: 'unreadable', faults }))}\n`;
  return `${[`${readable(method)}: nothing of it can be read`, ...faultLines(faults)].join('\n')}\n`;
}

function parse(args: string[]): (Options & { file: string; help: boolean }) | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        method: { type: 'string' },
        json: { type: 'boolean', default: false },
        hex: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [file = ''] = positionals;
    if (positionals.length !== 1 && !values.help) return 'one FILE is wanted, or -';
    return { file, method: values.method, json: values.json, hex: values.hex, help: values.help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
