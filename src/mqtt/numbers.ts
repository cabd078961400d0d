import { writeToStream } from 'mqtt-packet';

/**
 * What mqtt.js and aedes write packets with makes a buffer of each number below 65,536 beforehand, with the
 * first packet: 8 MB that stay. Making the few that a packet needs takes some nanoseconds.
 */
export function withoutNumbers(): void {
  writeToStream.cacheNumbers = false;
}
