import type { FieldType, ReportName, reports } from '../spec/reports.ts';

/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** One thing that could not be read. The rest of its report goes on. */
export interface Fault {
  /** JSON pointer (`/param/jpeg_base64`) or tag path with byte offset (`META[0]/OBJ_PIC @28`) */
  readonly where: string;
  /** what is wrong, in plain words, without the content itself */
  readonly problem: string;
}

/** A picture that is what it claims to be: its first and last bytes were looked at, nothing was decoded. */
export interface Picture {
  readonly format: 'jpeg' | 'png';
  readonly bytes: Buffer;
}

/** A camera's wall clock, without a time zone (protocol §1 "Times"). */
export interface WallTime {
  /** milliseconds since 1970 as if the wall clock were UTC */
  readonly ms: number;
}

/** What an alarm says of itself. Anything else is kept as the text that was sent. */
export type AlarmStatus = 'start' | 'stop' | 'pulse';

/** A thermal rectangle (protocol §2 "temperature"). */
export interface Rectangle {
  readonly id?: number;
  readonly name?: string;
  /** °C */
  readonly temperature?: number;
  /** °C, the alarm's threshold */
  readonly threshold?: number;
}

/** What each field type of `spec/reports.ts` becomes. */
export interface FieldValue {
  text: string;
  integer: number;
  number: number;
  wall_time: WallTime;
  picture: Picture;
  extension: JsonObject;
  /** a status that no row knows stays as its text behind `unknown` */
  status: AlarmStatus | { readonly unknown: string };
  /** register number (without `@`) to value */
  registers: Readonly<Record<string, number>>;
  rectangles: readonly Rectangle[];
}

/** The value of one TLV record's content, by its tag's type. */
export type TlvValue =
  | string
  | number
  | bigint
  | boolean
  | Picture
  | { readonly bytes: Buffer }
  | { readonly width: number; readonly height: number }
  | { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  | readonly { readonly x: number; readonly y: number }[]
  | readonly (readonly { readonly x: number; readonly y: number }[])[]
  | readonly {
      readonly id: number;
      readonly x: number;
      readonly y: number;
      readonly w: number;
      readonly h: number;
    }[]
  | readonly number[]
  | WallTime
  | JsonObject;

/** One second-layer TLV (protocol §3). */
export interface TlvItem {
  readonly tag: number;
  /** the vendor's name in capitals, `TAG_0x…` for one that no row knows */
  readonly name: string;
  /** byte offset of its T in the whole body */
  readonly offset: number;
  /** byte length of its V */
  readonly length: number;
  /** `undefined` where it could not be read: a fault says why */
  readonly value: TlvValue | undefined;
  /** the enumeration's stable key (`male`), `Unknown (17)` where no row knows the number */
  readonly key?: string;
  /** the unit of `value`, scale applied */
  readonly unit?: string;
}

/** One first-layer TLV. */
export interface TlvRecord {
  /** `META`, `ALAM`, `AREA`, or four other letters */
  readonly layer: string;
  readonly offset: number;
  readonly length: number;
  readonly items: readonly TlvItem[];
}

interface DecodedBase {
  /** what the answer's `method` says: the row's, or the path's last segment; never empty */
  readonly method: string;
  /** who the body says it is of; absent where the field is empty */
  readonly deviceId?: string;
  readonly faults: readonly Fault[];
  /** the body was not valid as sent and was mended (protocol §2's broken samples) */
  readonly repaired: boolean;
}

/** The reports whose body is JSON. */
export type JsonReportName = Exclude<ReportName, 'tlv_report'>;

/** The fields of a report that were there and readable, typed by its row in `spec/reports.ts`. */
export type FieldsOf<R extends JsonReportName> = {
  readonly [K in keyof (typeof reports)[R]['fields']]?: (typeof reports)[R]['fields'][K] extends {
    readonly type: infer T extends FieldType;
  }
    ? FieldValue[T]
    : never;
};

interface JsonOf<R extends JsonReportName> extends DecodedBase {
  readonly kind: 'json';
  readonly report: R;
  readonly fields: FieldsOf<R>;
  /** the whole body with pictures replaced by `{ "bytes": n }` */
  readonly json: JsonObject;
}

/** A JSON report of a known row; `report` tells which `fields` it has. */
export type DecodedJson = { [R in JsonReportName]: JsonOf<R> }[JsonReportName];

export interface DecodedTlv extends DecodedBase {
  readonly kind: 'tlv';
  readonly report: 'tlv_report';
  readonly records: readonly TlvRecord[];
}

/** A report that no row knows (rule 3): kept whole, binary content by its length. */
export interface DecodedUnknown extends DecodedBase {
  readonly kind: 'unknown';
  readonly report: undefined;
  /** the JSON, or `{ "bytes": n, "head": "hex…" }` */
  readonly json: JsonObject;
}

export type DecodedReport = DecodedJson | DecodedTlv | DecodedUnknown;

/** Thrown where nothing of a body could be read; `faults` is never empty. */
export class UnreadableReport extends Error {
  override readonly name = 'UnreadableReport';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.where}: ${fault.problem}`).join('; '));
    this.faults = faults;
  }
}
