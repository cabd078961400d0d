import { BoundedMap } from './bounded.ts';
import { MAX_TRACKS } from './limits.ts';
import { dueAfter, notice, type Refused } from './notices.ts';
import type { DoorProblem, Refusals } from './refusal.ts';

interface Track {
  readonly tries: Map<DoorProblem, number>;
  /** how many rounds of challenges went out */
  rounds: number;
}

/**
 * Failed tries per address and claimed device. Each is counted; the user is told once, when there
 * were enough in a row, and again only after a success in between.
 */
export class Attempts {
  readonly #tracks = new BoundedMap<string, Track>(MAX_TRACKS);
  readonly #repeaters = new BoundedMap<string, true>(MAX_TRACKS);
  readonly #refusals: Refusals;

  constructor(refusals: Refusals) {
    this.#refusals = refusals;
  }

  /** It knows a password. */
  succeeded(refused: Refused): void {
    if (this.#tracks.size > 0) this.#tracks.delete(keyOf(refused));
  }

  /** One more try that failed, of a sender that did answer a challenge. */
  failed(type: DoorProblem, refused: Refused): void {
    const track = this.#track(refused);
    track.tries.delete('no_credentials');
    this.#count(type, track, refused);
  }

  /**
   * A request without credentials came in.
   *
   * @returns to be called when it is answered with a challenge. Several requests at once never
   *   knew of each other's challenges: they count as one.
   */
  unanswered(refused: Refused): () => void {
    const round = this.#track(refused).rounds;
    return () => {
      const track = this.#track(refused);
      if (track.rounds !== round) return;
      track.rounds += 1;
      this.#count('no_credentials', track, refused);
    };
  }

  /** One more wrong password than is looked at. What it says it is may be another each time. */
  guessing({ address, target }: Refused): void {
    this.#refusals.report(notice('guessing', { address, target }));
  }

  /** A right response with an old `nc`: told once per device. */
  repeated(refused: Refused): void {
    this.#refusals.count('repeated_nc');
    const key = refused.device ?? refused.address;
    if (this.#repeaters.get(key) !== undefined) return;
    this.#repeaters.set(key, true);
    this.#refusals.tell(notice('repeated_nc', refused));
  }

  #count(type: DoorProblem, track: Track, refused: Refused): void {
    const tries = (track.tries.get(type) ?? 0) + 1;
    track.tries.set(type, tries);
    // A challenge is how every client begins: it is a refusal only where no answer ever comes.
    if (type !== 'no_credentials' || tries >= dueAfter(type)) this.#refusals.count(type);
    if (tries === dueAfter(type)) this.#refusals.tell(notice(type, refused));
  }

  #track(refused: Refused): Track {
    const key = keyOf(refused);
    const known = this.#tracks.get(key);
    if (known !== undefined) return known;
    const track: Track = { tries: new Map(), rounds: 0 };
    this.#tracks.set(key, track);
    return track;
  }
}

function keyOf({ address, device }: Refused): string {
  return `${address} ${device ?? ''}`;
}
