import { own } from '../domain/json.ts';
import type { Language, Name } from '../spec/name.ts';

/** `parking_id` (protocol §2 "Extension data"). */
const spaces: Readonly<Record<string, Name>> = {
  0: { en: 'left', zh: '左' },
  1: { en: 'right', zh: '右' },
};

/** Which of a camera's parking spaces it is; `undefined` for one that has a number alone. */
export function spaceName(id: string, language: Language): string | undefined {
  return own(spaces, id)?.[language];
}
