import type { Answer } from './answer.ts';
import type { Played } from './play.ts';
import type { Step } from './scenarios/story.ts';

/** A push and its answer in one line. */
export function playedLine({ camera, step, result }: Played): string {
  return `${camera.id.padEnd(13)} ${stepText(step).padEnd(42)} ${resultText(result)}`;
}

/** What a step does, in a few words. */
export function stepText(step: Step): string {
  switch (step.do) {
    case 'alarm':
      return `${step.type} ${step.status}${step.picture === undefined ? '' : ' +picture'}`;
    case 'tlv':
      return `tlv ${step.records.map(({ layer, target }) => `${layer}${target === undefined ? '' : ` ${target}`}`).join(', ')}`;
    case 'modbus':
      return `modbus ${Object.keys(step.registers).length} registers`;
    case 'temperature':
      return `temperature ${step.rectangles.map(({ temperature }) => temperature).join(', ')} °C`;
    default:
      return step.do;
  }
}

/** What came of a push, in a few words. */
export function resultText(result: Answer | Error): string {
  if (result instanceof Error) return `no answer: ${result.message}`;
  if (result.ok) {
    const next =
      result.keepinterval === undefined ? '' : `, next heartbeat in ${result.keepinterval} s`;
    return `0${next}`;
  }
  const why = result.errormsg === undefined || result.errormsg === '' ? '' : ` ${result.errormsg}`;
  const code = result.errorcode === undefined ? '' : ` error ${result.errorcode}`;
  return `HTTP ${result.status}${code}${why}`;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** Whether nobody listens where the camera pushes. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNREACHABLE.has(String(error.code));
}
