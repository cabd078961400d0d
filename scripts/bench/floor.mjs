// The floor: the least that could do the job. Bare node:http, JSON.parse (and base64 where there is a
// picture), then the messages that the bridge publishes for such a push, made beforehand, by mqtt.js;
// answered after the broker's acknowledgements. Usage: floor.mjs MQTT_URL MESSAGES_FILE [one]; prints its
// port. With `one` only the largest message is published. GET /work/<name> says which messages they are.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import mqtt from 'mqtt';

const [url, file, one] = process.argv.slice(2);
const works = JSON.parse(readFileSync(file, 'utf8'));

function made(messages) {
  const all = messages.map(({ topic, bytes, qos, retain }) => ({
    topic,
    payload: Buffer.alloc(bytes, 'x'),
    options: { qos, retain },
  }));
  if (one === undefined) return all;
  return all.sort((a, b) => b.payload.length - a.payload.length).slice(0, 1);
}

let messages = [];
const client = await mqtt.connectAsync(url, { protocolVersion: 5 });
const server = createServer((request, response) => {
  if (request.url.startsWith('/work/')) {
    messages = made(works[request.url.slice('/work/'.length)]);
    return void response.end();
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    if (request.headers['content-type'] !== undefined) {
      const { param } = JSON.parse(body.toString());
      const base64 = param.jpeg_base64 ?? param.jpegBase64;
      if (base64) Buffer.from(base64, 'base64');
    }
    let left = messages.length;
    const answer = () => {
      response.setHeader('Content-Type', 'application/json');
      response.end('{"method":"x","error":{"errorcode":0,"errormsg":""}}');
    };
    if (left === 0) return answer();
    for (const { topic, payload, options } of messages) {
      client.publish(topic, payload, options, () => {
        left -= 1;
        if (left === 0) answer();
      });
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
