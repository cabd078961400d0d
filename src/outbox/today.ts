import type { JsonObject } from '../decode/report.ts';
import { dataWithPrivacy, isOpen, type Privacy, reportWithPrivacy } from '../domain/privacy.ts';
import type { Entry, Kept } from './entry.ts';

/** What an earlier run kept, as the settings of now want it. */
export interface Today {
  /** @returns it with the topic of now; nothing where it is a picture that is switched off */
  readonly entry: (entry: Entry) => Entry | undefined;
  readonly payload: (entry: Entry, payload: Buffer) => Buffer;
}

interface Row {
  /** levels of its topic behind the base, its device's the first of them (`homeassistant/topics.ts`) */
  readonly levels: number;
  /** takes out of its JSON what is not to be published */
  readonly filter?: (payload: JsonObject, privacy: Privacy) => JsonObject;
}

const rows: Readonly<Record<Exclude<Kept, 'state'> | 'attributes', Row>> = {
  picture: { levels: 4 },
  attributes: { levels: 5, filter: dataWithPrivacy },
  history: { levels: 2, filter: dataWithPrivacy },
  report: { levels: 3, filter: reportWithPrivacy },
};

/** Of a picture's topic and of its attributes', the level that says which kind it is. */
const IMAGE = 3;

/** @param base the base topic of now: settings may have changed since an entry was kept */
export function todayOf(base: string, privacyOf: (device: string) => Privacy): Today {
  return {
    entry: (entry) => {
      const row = rowOf(entry);
      if (row === undefined) return entry;
      const own = entry.topic.split('/').slice(-row.levels);
      const isOff = !privacyOf(entry.device).pictures.has(own[IMAGE] ?? '');
      if (entry.kept === 'picture' && isOff) return undefined;
      return { ...entry, topic: [base, ...own].join('/') };
    },
    payload: (entry, payload) => {
      const filter = rowOf(entry)?.filter;
      const privacy = privacyOf(entry.device);
      if (filter === undefined || isOpen(privacy)) return payload;
      return Buffer.from(JSON.stringify(filter(JSON.parse(payload.toString()), privacy)));
    },
  };
}

/** Nothing for a mere state, which is made of the record when it leaves. */
function rowOf({ kept, topic }: Entry): Row | undefined {
  if (kept === 'state') return undefined;
  return rows[kept === 'picture' && topic.endsWith('/attributes') ? 'attributes' : kept];
}
